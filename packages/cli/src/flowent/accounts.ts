/** The accounts at platforms that a configuration registers actions with, as they are now. */
import {
  createFlowentClient,
  type FlowentApi,
  gatesOfAccount,
  loadTargets,
  type Plan,
  planRegistration,
  type RegistrationTarget,
  registeringGates,
} from '@countersign/gateway/flowent';
import type { Call } from '../command.ts';
import { loadConfiguration, namedGate, withPlaces } from '../config-gate.ts';
import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';

/** An account, and what has to be done there. */
export interface Account {
  readonly target: RegistrationTarget;
  readonly api: FlowentApi;
  readonly plan: Plan;
}

export interface Accounts {
  /** The configuration. */
  readonly file: string;
  /** At least one. */
  readonly accounts: readonly Account[];
}

/**
 * Reads the configuration and its actions, and asks each platform what it has.
 * @throws ConfigError, FlowentError; UsageError for a gate that registers nothing.
 */
export async function readAccounts({ args, io, output }: Call, prune = false): Promise<Accounts> {
  const loaded = await loadConfiguration(args.text('config'), io);
  const { config, warnings, file } = loaded;
  for (const { sentence } of joinedWarnings(warnings).filter(isMendable)) output.warn(sentence);
  const gate = args.text('gate');
  if (gate !== undefined) namedGate(config, gate);
  const all = await withPlaces(loaded, () => registeringGates(config));
  const entries = gate === undefined ? all : gatesOfAccount(all, gate);
  if (gate !== undefined && entries.length === 0) {
    const names = all.map((entry) => entry.gate.name);
    throw new UsageError(
      `no gate ${JSON.stringify(gate)} registers its actions`,
      `${didYouMean(gate, names)}Those that do: ${names.join(', ')}.`,
    );
  }
  const accounts: Account[] = [];
  const targets = await withPlaces(loaded, () => loadTargets(config, entries));
  for (const target of targets) {
    const { apiUrl, apiToken } = target.register;
    const api = await withPlaces(loaded, () => createFlowentClient({ apiUrl, apiToken, now: io.now }));
    const own = target.gates.find(({ name }) => name === gate)?.drafts;
    const only = own && new Set(own.map(({ name }) => name));
    const plan = planRegistration({ desired: target.drafts, existing: await api.list(), prune, only });
    accounts.push({ target, api, plan });
  }
  return { file, accounts };
}
