/** Explains a request that a gateway has kept, by the gate of the configuration here, as at the time when it came. */
import type { EventView } from '@countersign/api';
import type { Explanation } from '@countersign/core/explain';
import type { RequestInput } from '@countersign/core/internal/request-input';
import { parseJsonRequest } from '@countersign/core/internal/request-input';
import { type Config, explainAtGate, type GateConfig, type PickedGate } from '@countersign/gateway';
import { readPlace } from '../admin-access.ts';
import type { Call } from '../command.ts';
import { configuredGate, loadConfiguration, namedGate, withPlaces } from '../config-gate.ts';
import { readNow, warnOfKeys } from '../gate-input.ts';
import { handedKeyNotes } from '../handed-key-notes.ts';
import { TRIAL_MS } from '../trial-time.ts';
import { UsageError } from '../usage-error.ts';
import { unexplainedNotes, verdictNotes } from '../verdict-notes.ts';
import { optionsOf, readBeside } from './beside-kept.ts';
import type { KeptChoice } from './kept-choice.ts';
import { keptHeading, keptNotes, keptView } from './kept-notes.ts';
import { withKeptSource } from './kept-source.ts';
import { type KeptRequest, readKept } from './read-kept.ts';

export interface KeptCase extends RequestInput {
  readonly explanation: Explanation;
  /** Lines that say when and why it was refused. */
  readonly heading: readonly string[];
  /** The same for machines. */
  readonly kept: object;
}

/** @throws UsageError, SetupError or ConfigError where there is no such request, or no gate to judge it by. */
export async function explainKept(call: Call, choice: KeptChoice): Promise<KeptCase> {
  const { args, io } = call;
  const loaded = await loadConfiguration(args.text('config'), io);
  const { config } = loaded;
  const named = args.text('gate');
  if (named !== undefined) namedGate(config, named);
  const { kept, beside } = await withPlaces(loaded, () =>
    withKeptSource(config, readPlace(args, io), io, async (source) => {
      const request = await readKept(source, choice, named, config.gates);
      return { kept: request, beside: await readBeside(source, request) };
    }),
  );
  if (kept.kind === 'event') refuseWithoutBody(kept.view);
  refuseMasked(kept.view);
  const gateConfig = gateOf(kept, config, named);
  const isAsThen = args.text('now') === undefined;
  const now = isAsThen ? () => Date.parse(kept.view.receivedAt) : readNow(args.text('now'), io.now);
  const gate = await withPlaces(loaded, () => configuredGate(gateConfig, now));
  if (gate === undefined) {
    throw new UsageError(
      `the gate ${gateConfig.name} takes unsigned requests`,
      'There is no proof to explain: look at the log’s line of the request.',
    );
  }
  warnOfKeys(gate, [], call.output);
  const input = requestOf(kept);
  // At another gate, or at another time, it is no repeat.
  const isSame = isAsThen && gateConfig.name === kept.view.gate;
  const { explanation, picked } = await explainAtGate({
    request: input.request,
    gate,
    gateConfig,
    gates: config.gates,
    ...(kept.kind === 'refused' && { refused: kept.view }),
    options: { budgetMs: TRIAL_MS, ...(isSame && (await optionsOf(beside, gateConfig))) },
  });
  const { verdict } = explanation;
  const notes = [
    ...input.notes,
    ...otherGateNotes(picked, gateConfig),
    ...keptNotes(kept, { verdict, isAsThen, gate: gateConfig.name }),
    ...(await handedKeyNotes(gate, input.request, verdict)),
    ...verdictNotes(gate, input.request, verdict),
    ...(wasCompared(kept) ? unexplainedNotes(explanation) : []),
  ];
  return {
    ...input,
    notes,
    explanation,
    heading: keptHeading(kept, io.now(), isAsThen),
    kept: keptView(kept),
  };
}

/** @throws UsageError where the proof cannot be held against what it covers */
function refuseWithoutBody({ erasedAt, bodySha256 }: EventView): void {
  if (erasedAt !== undefined) {
    throw new UsageError(
      'the event was erased: there is no request left to explain',
      'Nothing of it is kept but the SHA-256 of its body: `countersign events show ID` shows it.',
    );
  }
  if (bodySha256 !== undefined) {
    throw new UsageError(
      'only a hash of the event’s body is kept, so its proof cannot be checked',
      'Choose an event of a gate that keeps bodies.',
    );
  }
}

/** @throws UsageError where parts of it are hidden */
function refuseMasked({ masked }: KeptRequest['view']): void {
  if (masked !== true) return;
  throw new UsageError(
    'the gateway shows this request with parts of it masked, so its proof cannot be checked',
    'Make a copy with `countersign store backup FILE`, and run the same command with a configuration whose store is the copy and whose admin listener is off: the file has the request as it came.',
  );
}

/** The one that is named, else the one that kept it. */
function gateOf({ kind, view }: KeptRequest, config: Config, named: string | undefined): GateConfig {
  const gate = config.gates.find(({ name }) => name === (named ?? view.gate));
  if (gate !== undefined) return gate;
  const names = config.gates.map(({ name }) => name).join(', ');
  throw new UsageError(
    `the ${kind === 'event' ? 'event' : 'request'} came to ${view.gate}, and this configuration has no such gate`,
    `Name the gateway’s configuration with --config FILE, or a gate with --gate${names === '' ? '' : `: ${names}`}.`,
  );
}

function requestOf({ kind, view }: KeptRequest): RequestInput {
  const input = parseJsonRequest({ ...view });
  // That Content-Length tells of another body is no wonder where it was left out.
  return kind === 'refused' && view.bodyLeftOut !== undefined ? { ...input, notes: [] } : input;
}

/** Whether all that the sender sent was held against keys. What became an event was proved once. */
function wasCompared({ kind, view }: KeptRequest): boolean {
  return kind === 'refused' && view.bodyLeftOut === undefined && view.reason !== 'keys-unavailable';
}

function otherGateNotes({ gate, refusal }: PickedGate, gateConfig: GateConfig): readonly string[] {
  if (gate === gateConfig) return [];
  const why = refusal?.problem ?? `the request’s path is that of the gate ${gate?.name}`;
  return [
    `Judged by ${gateConfig.name}, to which a gateway with this configuration would not take it: ${why}.`,
  ];
}
