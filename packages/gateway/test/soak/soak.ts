/**
 * Prevents: a request, or a sender who leaves, that ends a gateway or stays in it for good.
 * So many requests an outcome, honest, malformed, slow and broken off, of seeds that are the same each time.
 */
import { createRandom } from './random.ts';
import { OUTCOMES, type RawRequest, requestFor, type SoakedOutcome, secretOf, signed } from './requests.ts';
import { type SoakedGateway, startSoakedGateway } from './soaked-gateway.ts';
import { doAs, WAY_NAMES, type WayName } from './ways.ts';

export interface SoakOptions {
  readonly requestsPerOutcome: number;
  readonly seed: number;
  /** Default: all. */
  readonly outcomes?: readonly SoakedOutcome[];
  /** Told every 5,000 requests, and at the end of each outcome. */
  readonly onProgress?: (done: SoakProgress) => void;
}

export interface SoakProgress {
  readonly outcome: SoakedOutcome;
  readonly requests: number;
  /** Answers by status; `none` where the connection ended without. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly seconds: number;
}

export interface SoakResult {
  /** What must not be; empty where all is well. */
  readonly faults: readonly string[];
  readonly requests: number;
  /** How many of the upstream's answers nobody waited for to their end. */
  readonly leftUpstream: number;
  readonly mostRssBytes: number;
  readonly drainMs: number;
}

const PROGRESS_REQUESTS = 5_000;
/** Senders at once. */
const CONCURRENCY = 64;
/**
 * How much a gateway may grow from before the first request to after the last: what is in use, its claims and compiled
 * code included; and all of the process, which keeps room for the next 64 senders. 40 and 213 MB were measured.
 */
export const MAX_HEAP_GROWTH_BYTES: number = 96 * 1024 * 1024;
export const MAX_GROWTH_BYTES: number = 384 * 1024 * 1024;
/** Nothing is under way any more. */
const MAX_DRAIN_MS = 5_000;
const MAX_DELAY_MS = 50;
/** Signed requests whose senders left, to be sent again at the end. */
const KEPT_REQUESTS = 200;

/** Ends by itself. Does not throw for what the gateway does. */
export async function runSoak({
  requestsPerOutcome,
  seed,
  outcomes = OUTCOMES,
  onProgress = () => {},
}: SoakOptions): Promise<SoakResult> {
  const random = createRandom(seed);
  const secret = secretOf(random);
  const gateway = await startSoakedGateway(secret);
  const faults: string[] = [];
  const left: RawRequest[] = [];
  let serial = 0;
  let mostRssBytes = 0;
  let drainMs = 0;
  try {
    const before = await gateway.figures();
    for (const outcome of outcomes) {
      const startedMs = performance.now();
      const statuses = new Map<string, number>();
      const one = async (): Promise<void> => {
        const own = createRandom(seed + ++serial);
        const request = requestFor(outcome, { serial, secret, random: own });
        const way: WayName = own.below(3) === 0 ? 'a whole request' : own.pick(WAY_NAMES);
        if (left.length < KEPT_REQUESTS && request.body.length > 0 && way === 'a whole request, unread')
          left.push(request);
        const sending = {
          port: gateway.publicPort,
          request,
          delayMs: own.below(MAX_DELAY_MS + 1),
          random: own,
        };
        const answer = await doAs(way, sending);
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      };
      for (let requests = 0; requests < requestsPerOutcome && faults.length === 0; ) {
        const count = Math.min(PROGRESS_REQUESTS, requestsPerOutcome - requests);
        await inTurns(count, one, gateway, faults);
        requests += count;
        const fault = gateway.fault() ?? (await healthFault(gateway));
        if (fault !== undefined) faults.push(`${outcome}: ${fault}`);
        if (faults.length > 0) break;
        const { rssBytes, heapBytes } = await gateway.figures();
        mostRssBytes = Math.max(mostRssBytes, rssBytes);
        const seconds = (performance.now() - startedMs) / 1000;
        onProgress({ outcome, requests, statuses, rssBytes, heapBytes, seconds });
      }
      if (faults.length > 0) break;
    }
    if (faults.length === 0) {
      faults.push(...(await repeatFaults(gateway, left)));
      faults.push(...(await honestFaults(gateway, { serial, secret })));
      const after = await restedFigures(gateway);
      if (after.sockets > before.sockets)
        faults.push(`${after.sockets - before.sockets} sockets are left open`);
      if (after.heapBytes - before.heapBytes > MAX_HEAP_GROWTH_BYTES)
        faults.push(
          `what is in use grew from ${megabytes(before.heapBytes)} to ${megabytes(after.heapBytes)} MB`,
        );
      if (after.rssBytes - before.rssBytes > MAX_GROWTH_BYTES)
        faults.push(`it grew from ${megabytes(before.rssBytes)} to ${megabytes(after.rssBytes)} MB`);
      faults.push(...after.warnings);
      drainMs = await gateway.drain();
      if (drainMs > MAX_DRAIN_MS)
        faults.push(`something was under way: to drain took ${Math.round(drainMs)} ms`);
      const fault = gateway.fault();
      if (fault !== undefined) faults.push(fault);
    }
  } finally {
    gateway.close();
  }
  return { faults, requests: serial, leftUpstream: gateway.upstream.left(), mostRssBytes, drainMs };
}

/** Runs `one` so many times, as many at once as may; stops where the gateway has ended. */
async function inTurns(
  count: number,
  one: () => Promise<void>,
  gateway: SoakedGateway,
  faults: string[],
): Promise<void> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count && gateway.fault() === undefined && faults.length === 0) {
      begun++;
      try {
        await one();
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

const HONEST = { random: createRandom(1), delayMs: 0 };

async function healthFault({ publicPort }: SoakedGateway): Promise<string | undefined> {
  const head = 'GET /health HTTP/1.1\r\nhost: x\r\n';
  const request = { head, body: Buffer.alloc(0) };
  const answer = await doAs('a whole request', { ...HONEST, port: publicPort, request });
  return answer.startsWith('HTTP/1.1 200 ') ? undefined : `/health was answered ${answer.slice(0, 40)}`;
}

/** As many large bodies at once as senders there were: what those who left had taken up is free again. */
async function honestFaults(
  { publicPort: port }: SoakedGateway,
  { serial, secret }: { readonly serial: number; readonly secret: string },
): Promise<string[]> {
  const all = Array.from({ length: CONCURRENCY }, async (_, i) => {
    const request = signed('/keep', Buffer.alloc(500_000, 'h'), { serial: serial + i + 1, secret });
    const answer = await doAs('a whole request', { ...HONEST, port, request });
    return answer.startsWith('HTTP/1.1 200 ')
      ? []
      : [`an honest request was answered ${answer.slice(0, 40)}`];
  });
  return (await Promise.all(all)).flat();
}

/** A repeat is told to come again where the first is under way still: by now none may be. */
async function repeatFaults({ publicPort }: SoakedGateway, left: readonly RawRequest[]): Promise<string[]> {
  const faults: string[] = [];
  for (const request of left) {
    const answer = await doAs('a whole request', { ...HONEST, port: publicPort, request });
    if (/^HTTP\/1\.1 409 .*\r\nretry-after:/is.test(answer)) faults.push('a claim is under way still');
  }
  return faults;
}

/** Once the connections of those who left are gone, or it is clear that they stay. */
async function restedFigures(gateway: SoakedGateway): ReturnType<SoakedGateway['figures']> {
  let figures = await gateway.figures();
  for (let i = 0; i < 50 && figures.sockets > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    figures = await gateway.figures();
  }
  return figures;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
