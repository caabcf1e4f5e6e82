/** What the routes answer that hand out a request's body as it came, or the request as a test file. */
import { type DownloadApi, type InputOf, TEST_RUNNERS } from '@countersign/api';
import { signedRequestOf } from '../explaining/explain-at-gate.ts';
import { CREDENTIALS, secretHeaders } from '../sealed/withheld-headers.ts';
import { type TestedRequest, testFileOf } from '../test-files/test-file.ts';
import type { Handlers } from './admin-parts.ts';
import { Download } from './download.ts';
import type { ExplainParts } from './explain-handlers.ts';
import { Problem } from './problem.ts';
import { bodyFault, noSuchEvent, readRefused, refusedBodyFault, unlessDamaged } from './show-kept.ts';
import { createBench } from './take-turns.ts';
import { namedGate } from './unknown-gate.ts';

export type DownloadParts = Pick<ExplainParts, 'gates' | 'events' | 'refused' | 'masks'>;

/** Test files at once, and how many more may wait: a request of the longest body is signed and verified some times. */
const LIMITS = { concurrency: 1, queue: 8 };

export function createDownloadHandlers(parts: DownloadParts): Handlers<DownloadApi> {
  const inTurn = createBench(LIMITS);
  return {
    eventBody: async ({ id }) => bodyOf(await wholeEvent(parts, id), id),
    refusedBody: async ({ id }) => bodyOf(await wholeRefused(parts, id), id),
    eventTest: (input) => inTurn(async () => testOf(parts, await wholeEvent(parts, input.id), input)),
    refusedTest: (input) => inTurn(async () => testOf(parts, await wholeRefused(parts, input.id), input)),
  };
}

/** A request that is there byte for byte. */
interface WholeRequest extends Pick<TestedRequest, 'what' | 'nowMs'> {
  readonly gate: string;
  readonly kept: Parameters<typeof signedRequestOf>[0];
  /** Lower-case names of headers whose values are not there. */
  readonly withheld: readonly string[];
}

async function wholeEvent(parts: DownloadParts, id: string): Promise<WholeRequest | Problem> {
  const event = await unlessDamaged(parts.events.get(id));
  if (event instanceof Problem) return event;
  if (event === undefined) return noSuchEvent();
  const { gate, receivedMs: nowMs, withheld } = event;
  return (
    bodyFault(event) ??
    maskFault(parts, gate) ?? {
      what: `the event ${id}`,
      gate,
      nowMs,
      kept: event,
      withheld: withheld?.names ?? [],
    }
  );
}

async function wholeRefused(parts: DownloadParts, id: string): Promise<WholeRequest | Problem> {
  const refused = await readRefused(parts.refused, id);
  if (refused instanceof Problem) return refused;
  const { gate, receivedMs: nowMs } = refused;
  return (
    refusedBodyFault(refused) ??
    maskFault(parts, gate) ?? { what: `the refused request ${id}`, gate, nowMs, kept: refused, withheld: [] }
  );
}

/** What is masked is in the store, and shown to nobody. */
function maskFault({ masks }: DownloadParts, gate: string): Problem | undefined {
  if (!masks.has(gate)) return undefined;
  return new Problem('request-masked', `keep.mask of ${gate} hides something of its requests`);
}

function bodyOf(request: WholeRequest | Problem, id: string): Download | Problem {
  return request instanceof Problem ? request : new Download(request.kept.body, id);
}

async function testOf(
  { gates }: DownloadParts,
  whole: WholeRequest | Problem,
  { framework }: InputOf<DownloadApi['eventTest']>,
): Promise<string | Problem> {
  if (whole instanceof Problem) return whole;
  const gate = namedGate(gates, whole.gate);
  if (gate instanceof Problem) return gate;
  const runner = TEST_RUNNERS.find((word) => word === framework) ?? 'node';
  const { config, coreGate } = gate;
  const secret = new Set([
    ...CREDENTIALS,
    ...(coreGate ? secretHeaders(coreGate.scheme) : []),
    ...whole.withheld,
  ]);
  const headers = withoutHeaders(whole.kept.headers, secret);
  const request = signedRequestOf({ ...whole.kept, headers });
  const { text } = await testFileOf(config, { what: whole.what, request, nowMs: whole.nowMs }, runner);
  return text;
}

function withoutHeaders(headers: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return headers.filter((_, i) => !names.has((headers[i - (i % 2)] ?? '').toLowerCase()));
}
