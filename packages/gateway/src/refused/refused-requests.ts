/**
 * The refused requests that gates keep, so that it can be explained why: gathered behind the answers, sampled where too many come at
 * once, and written a few at a time.
 */
import type { GateConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { RefusedRequest, SealedRefusals } from '../sealed/sealed-refusals.ts';
import type { RefusalFindings } from './refusal-findings.ts';
import { type RefusalCause, type RefusedCall, refusedRequest } from './refused-request.ts';

/** What becomes of the refused requests of one gate. */
export interface GateRefusals {
  /** Takes a refused request, or leaves it out. Costs a comparison in a flood; nothing is written in this turn. */
  offer(call: RefusedCall, refusal: RefusalCause): void;
  /** Since the start: refused requests that were not kept, since too many came at once or the store did not take them. */
  readonly leftOut: number;
  readonly bounds: GateBounds;
}

/** What a gate holds of its refused requests. */
export interface GateBounds {
  readonly atMost: number;
  readonly forMs: number;
  readonly maxBytes: number;
  /** A longer body is left out. */
  readonly maxBodyBytes: number;
}

export interface RefusedRequests extends Pick<SealedRefusals, 'get' | 'list'> {
  /** Undefined where the gate keeps none. */
  ofGate(name: string): GateRefusals | undefined;
  /** Whether what is kept outlives the process. */
  readonly isStored: boolean;
  /** Resolves when all that was offered is kept, or reported as lost. */
  flush(): Promise<void>;
  /** Flushes, and ends what runs by itself. */
  close(): Promise<void>;
}

export interface RefusedRequestsOptions {
  readonly gates: readonly GateConfig[];
  readonly refusals: SealedRefusals;
  readonly isStored: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
  /** Offered what is kept. */
  readonly findings: Pick<RefusalFindings, 'offer'>;
}

/** Of all gates together, in equal parts: of the store’s file, and of memory where nothing is stored. */
const MAX_STORED_BYTES = 64 * 1024 * 1024;
const MAX_MEMORY_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 256 * 1024;
/** What a gate keeps in a minute; so many at once, then one a second. A flood pushes what came before it out only slowly. */
const PER_MINUTE = 60;
/** What waits to be written, of all gates. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** How long it is gathered: a killed process loses so much. */
const GATHER_MS = 200;
/** Written at a time: in a millisecond or two, with an fsync. */
const PIECE_BYTES = 256 * 1024;
const PIECE_REQUESTS = 4;
/** How often what has ended is deleted. */
const SWEEP_MS = 10 * 60 * 1000;

export function createRefusedRequests(options: RefusedRequestsOptions): RefusedRequests {
  return new Keeper(options);
}

class Keeper implements RefusedRequests {
  readonly isStored: boolean;
  readonly get: SealedRefusals['get'];
  readonly list: SealedRefusals['list'];
  readonly #options: RefusedRequestsOptions;
  readonly #gates: ReadonlyMap<string, Sampled>;
  readonly #sweeping: NodeJS.Timeout;
  #waiting: RefusedRequest[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: RefusedRequestsOptions) {
    const { gates, refusals, isStored, now } = options;
    this.#options = options;
    this.isStored = isStored;
    this.get = (id) => refusals.get(id);
    this.list = (query) => refusals.list(query);
    const limit = createRateLimit({ perMinute: PER_MINUTE, now });
    const take = (request: RefusedRequest, bytes: number): boolean => this.#take(request, bytes);
    this.#gates = new Map(
      gates.flatMap((gate) => {
        const bounds = boundsOf(gate, gates, isStored);
        return bounds ? [[gate.name, new Sampled({ gate: gate.name, bounds, limit, now, take })]] : [];
      }),
    );
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref();
    this.#sweep();
  }

  ofGate(name: string): GateRefusals | undefined {
    return this.#gates.get(name);
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const requests = this.#waiting;
    this.#waiting = [];
    if (requests.length > 0) this.#writing = this.#writing.then(() => this.#writeAll(requests));
    return this.#writing;
  }

  close(): Promise<void> {
    clearInterval(this.#sweeping);
    return this.flush();
  }

  #take(request: RefusedRequest, bytes: number): boolean {
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) return false;
    this.#waitingBytes += bytes;
    this.#waiting.push(request);
    this.#options.findings.offer(request);
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
    return true;
  }

  async #writeAll(requests: readonly RefusedRequest[]): Promise<void> {
    for (const piece of piecesOf(requests)) {
      await this.#write(piece);
      this.#waitingBytes -= piece.reduce((sum, request) => sum + bytesOf(request), 0);
    }
  }

  async #write(requests: readonly RefusedRequest[]): Promise<void> {
    const { refusals, log } = this.#options;
    try {
      await refusals.keep(requests, (gate) => this.#sampled(gate).bounds);
      this.#isFailing = false;
    } catch (error) {
      for (const { gate } of requests) this.#sampled(gate).leftOut++;
      if (this.#isFailing) return;
      this.#isFailing = true;
      log.warn({ error }, 'refused requests are not kept at present: the store does not take them');
    }
  }

  #sampled(gate: string): Sampled {
    const sampled = this.#gates.get(gate);
    if (sampled === undefined) throw new TypeError('only gates that keep refused requests offer them');
    return sampled;
  }

  #sweep(): void {
    // What has ended is not found, swept or not; the next sweep tries again.
    this.#options.refusals.sweep().catch(() => {});
  }
}

interface SampledOptions {
  readonly gate: string;
  readonly bounds: GateBounds;
  readonly limit: RateLimit;
  readonly now: () => number;
  /** False where there is no room. */
  readonly take: (request: RefusedRequest, bytes: number) => boolean;
}

class Sampled implements GateRefusals {
  readonly bounds: GateBounds;
  leftOut = 0;
  readonly #options: SampledOptions;

  constructor(options: SampledOptions) {
    this.#options = options;
    this.bounds = options.bounds;
  }

  offer(call: RefusedCall, refusal: RefusalCause): void {
    const { gate, limit, now, take } = this.#options;
    if (limit.take(gate) > 0) {
      this.leftOut++;
      return;
    }
    const request = refusedRequest(call, refusal, {
      gate,
      receivedMs: Math.floor(now()),
      maxBodyBytes: this.bounds.maxBodyBytes,
    });
    if (!take(request, bytesOf(request))) this.leftOut++;
  }
}

/** Undefined where the gate keeps none. */
function boundsOf(
  { keepRefused }: GateConfig,
  gates: readonly GateConfig[],
  isStored: boolean,
): GateBounds | undefined {
  if (keepRefused === undefined) return undefined;
  const keeping = gates.filter((gate) => gate.keepRefused !== undefined).length;
  const maxBytes = Math.floor((isStored ? MAX_STORED_BYTES : MAX_MEMORY_BYTES) / keeping);
  return { ...keepRefused, maxBytes, maxBodyBytes: Math.min(MAX_BODY_BYTES, Math.floor(maxBytes / 4)) };
}

/** What it takes while it waits, roughly: a letter of a header is a byte or two. */
function bytesOf({ url, headers, body }: RefusedRequest): number {
  const letters = headers.reduce((sum, text) => sum + text.length, url.length);
  return 2 * letters + body.byteLength + 512;
}

function piecesOf(requests: readonly RefusedRequest[]): readonly (readonly RefusedRequest[])[] {
  const pieces: RefusedRequest[][] = [];
  let bytes = 0;
  for (const request of requests) {
    const last = pieces.at(-1);
    bytes += bytesOf(request);
    if (last !== undefined && last.length < PIECE_REQUESTS && bytes <= PIECE_BYTES) last.push(request);
    else {
      pieces.push([request]);
      bytes = bytesOf(request);
    }
  }
  return pieces;
}
