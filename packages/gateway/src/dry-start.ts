/**
 * Prevents: a configuration that is called good, and does not start. Builds all that a start builds before anything
 * listens (gates with their outcomes and actions, sessions, paths), on a store in memory, and takes it down again.
 */
import { SetupError } from '@countersign/core';
import { listed } from '@countersign/core/internal/amounts';
import { sharesClaims } from './claims/claims-by-gate.ts';
import type { Config, GateConfig } from './config/config.ts';
import { type ConfigWarning, configWarning } from './config/config-warnings.ts';
import { senderOf } from './config/sender-patience.ts';
import { destinationsOf } from './deliver/destinations-of.ts';
import { targetWarnings } from './deliver/target-warnings.ts';
import { actionsWithoutKey } from './gates/actions-without-key.ts';
import { modeWarnings } from './gates/mode-warnings.ts';
import type { OpenGate } from './gates/open-gate.ts';
import { sharedSecretWarnings } from './gates/shared-secrets.ts';
import { unsignedPartWarnings } from './gates/unsigned-parts.ts';
import { type CommonParts, createCommonParts, openGate, openSessionWith } from './gates-and-sessions.ts';
import { endpointsOf } from './http/endpoints.ts';
import { closedBy, Lifecycle } from './lifecycle.ts';
import { SILENT_LOG } from './log/silent-log.ts';
import { requireArgon2 } from './passwords/argon2id.ts';
import { createPathTable } from './paths/path-table.ts';
import type { OpenSession, SessionRouteView } from './sessions/open-sessions.ts';
import { openStore } from './stores/open-store.ts';
import { type Store, StoreError } from './stores/store.ts';
import { tlsWarnings } from './tls/open-tls.ts';

/** What a start would come to. */
export interface DryStart {
  /** Why the gateway would not start; empty where it would, its addresses and its store's file apart. */
  readonly problems: readonly SetupError[];
  /** Secrets that several gates have; what is handed on unsigned; what actions say of their input and nobody checks; what is odd about deliveries. */
  readonly warnings: readonly ConfigWarning[];
  /** What sessions would answer on the public listener. */
  readonly sessionRoutes: readonly SessionRouteView[];
}

/** Builds what a start builds. Loads the modules of actions, as a start does. */
export async function dryStart(config: Config, now: () => number = Date.now): Promise<DryStart> {
  const lifecycle = new Lifecycle(() => {});
  const store = await openStandIn(config, now);
  lifecycle.add(
    'the store',
    closedBy(() => store.close()),
  );
  const { claims: _, ...alone } = config;
  const problems: SetupError[] = [];
  const gates: OpenGate[] = [];
  const unopened: GateConfig[] = [];
  const sessions: OpenSession[] = [];
  let ofDeliveries: readonly ConfigWarning[] = [];
  try {
    const parts = await attempt(problems, () =>
      createCommonParts({
        // Nobody is asked: what is not there now may be there at the start.
        config: { ...alone, store: { kind: 'memory' } },
        now,
        monotonicMs: () => performance.now(),
        log: SILENT_LOG,
        notices: SILENT_LOG,
        store,
        lifecycle,
        watch: false,
      }),
    );
    if (parts === undefined) return { problems, warnings: [], sessionRoutes: [] };
    for (const gate of config.gates) {
      const opened = await attempt([], () => openGate(gate, parts));
      if (opened) gates.push(opened);
      else unopened.push(gate);
    }
    for (const session of config.sessions) {
      const opened = await attempt(problems, () => openSessionWith(session, parts));
      if (opened) sessions.push(opened);
    }
    // Before gates are tried without their proofs: what is said of those is not meant.
    ofDeliveries = parts.deliveries.warnings();
    for (const gate of unopened) problems.push(...(await allProblems(gate, parts)));
    const endpoints = (): unknown =>
      createPathTable(
        endpointsOf({
          gates,
          sessions: sessions.flatMap(({ endpoints: routes }) => routes),
          now,
          wellbeing: { isDraining: () => false, storeFault: () => undefined, idleBecause: () => undefined },
        }),
      );
    await attempt(problems, async () => endpoints());
    if (config.listen.admin && config.admin.users.length > 0)
      await attempt(problems, async () => requireArgon2('admin.users'));
  } finally {
    await lifecycle.close();
  }
  const ofTls = await attempt(problems, () => tlsWarnings(config, now()));
  const { PATH = '' } = process.env;
  const ofTargets = await Promise.all(
    config.destinations.map((destination) => targetWarnings(destination, PATH)),
  );
  const warnings = [
    ...sharedSecretWarnings(gates),
    ...unsignedPartWarnings(gates),
    ...gates.flatMap(actionWarnings),
    ...gates.flatMap((gate) => modeWarnings(gate, now())),
    ...ofDeliveries,
    ...ofTargets.flat(),
    ...memoryWarnings(config, gates),
    ...rateWarnings(config),
    ...(ofTls ?? []),
  ];
  return { problems, warnings, sessionRoutes: sessions.flatMap(({ routes }) => routes) };
}

/** A store in memory that has what the configured one would have. */
async function openStandIn({ store: { kind } }: Config, now: () => number): Promise<Store> {
  const store = await openStore(':memory:', { now });
  if (kind !== 'postgres') return store;
  return Object.assign(store, {
    tenantSql: () => Promise.reject(new StoreError('closed', 'A trial asks no database.')),
  });
}

/** More gates than these are counted, not named. */
const MAX_NAMED = 3;

/** Whose requests run again after a restart: the claims of a store in memory end with the process. */
function memoryWarnings({ store, claims }: Config, gates: readonly OpenGate[]): readonly ConfigWarning[] {
  const claiming = gates.filter(
    ({ config, coreGate }) =>
      (claims === undefined || !sharesClaims(config)) &&
      coreGate !== undefined &&
      coreGate.coverage.replay !== 'none' &&
      config.replay.repeat !== 'run',
  );
  if (store.kind !== 'memory' || claiming.length === 0) return [];
  const names = claiming.map(({ config }) => config.name);
  return [configWarning('store', 'claims-in-memory', listed(names, MAX_NAMED))];
}

/** Rates that each of several gateways counts alone, though they share all else. */
function rateWarnings({ store, claims, gates }: Config): readonly ConfigWarning[] {
  const limited = gates.filter(({ rate }) => rate !== undefined);
  if (store.kind !== 'postgres' || claims !== undefined || limited.length === 0) return [];
  const names = limited.map(({ name }) => name);
  return [configWarning(`gates.${names[0]}.rate`, 'rates-by-gateway', listed(names, MAX_NAMED))];
}

/** Actions that no key is for; what they say of their input and nobody checks; those that may take longer than the sender waits. */
function actionWarnings({ config, keys, actions }: OpenGate): readonly ConfigWarning[] {
  const sender = senderOf(config.proof);
  const ofActions = actions.flatMap(({ action, input, deadlineMs }) => [
    ...input.unchecked.map(({ path, message }) => configWarning(path, 'unchecked-input', message)),
    ...(sender?.waitsMs === undefined || deadlineMs <= sender.waitsMs
      ? []
      : [
          configWarning(
            `gates.${config.name}.answer.actions`,
            'slow-action',
            action.name,
            sender.title,
            sender.waitsMs,
            deadlineMs,
          ),
        ]),
  ]);
  return [...actionsWithoutKey(config.name, keys.current, actions), ...ofActions];
}

/** Looked for only where there is one. */
async function allProblems(gate: GateConfig, parts: CommonParts): Promise<readonly SetupError[]> {
  const { gateProblems } = await import('./gates/gate-problems.ts');
  const signedAsSender = destinationsOf(gate.name, parts.config).filter(({ sign }) => sign === 'sender');
  return gateProblems(gate, {
    open: (changed) => openGate(changed, parts),
    usingProof: signedAsSender.map(({ option }) => `${option}.sign`),
  });
}

/** What a part comes to; undefined, and the problem is noted, where it cannot be set up. */
async function attempt<T>(problems: SetupError[], open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    problems.push(error);
    return undefined;
  }
}
