/**
 * The refused requests that gates keep, so that it can be explained why: gathered behind the answers, sampled where too many come at
 * once, and written a few at a time.
 */
import type { GateConfig } from '../config/config.ts';
import { MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { RefusedRequest, SealedRefusals } from '../sealed/sealed-refusals.ts';
import type { RefusedStore } from '../stores/refused-store.ts';
import type { RefusalFindings } from './refusal-findings.ts';
import type { RefusedApart } from './refused-apart.ts';
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
  /** What gates of another configuration keep; it changes nothing before its `commit`. */
  prepare(gates: readonly GateConfig[]): Promise<RefusalsChange>;
  /** Whether what is kept outlives the process. */
  readonly isStored: boolean;
  /** Where they are apart from the gateway’s own store. Undefined: they are in it. */
  readonly apart: RefusedStore | undefined;
  /** Calls `listener` with each request that is taken to be kept; the result ends that. */
  listen(listener: (request: RefusedRequest) => void): () => void;
  /** Resolves when all that was offered is kept, or reported as lost. */
  flush(): Promise<void>;
  /** Flushes, and ends what runs by itself. */
  close(): Promise<void>;
}

export interface RefusalsChange extends Pick<RefusedRequests, 'ofGate'> {
  commit(): void;
}

export interface RefusedRequestsOptions {
  readonly gates: readonly GateConfig[];
  readonly refusals: SealedRefusals;
  /** Opened before gates may offer any. Undefined: `refusals` are in the gateway’s own store. */
  readonly apart: RefusedApart | undefined;
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

export async function openRefusedRequests(options: RefusedRequestsOptions): Promise<RefusedRequests> {
  await openFor(options.gates, options);
  return new Keeper(options);
}

async function openFor(
  gates: readonly GateConfig[],
  { apart }: Pick<RefusedRequestsOptions, 'apart'>,
): Promise<void> {
  if (gates.some(({ keepRefused }) => keepRefused !== undefined)) await apart?.open();
}

class Keeper implements RefusedRequests {
  readonly isStored: boolean;
  readonly apart: RefusedStore | undefined;
  readonly get: SealedRefusals['get'];
  readonly list: SealedRefusals['list'];
  readonly #options: RefusedRequestsOptions;
  readonly #limit: RateLimit;
  #gates: ReadonlyMap<string, Sampled>;
  readonly #sweeping: NodeJS.Timeout;
  readonly #listeners = new Set<(request: RefusedRequest) => void>();
  #waiting: RefusedRequest[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: RefusedRequestsOptions) {
    const { gates, refusals, isStored, apart, now } = options;
    this.#limit = createRateLimit({ requests: PER_MINUTE, perMs: MINUTE, now });
    this.#options = options;
    this.isStored = isStored;
    this.apart = apart;
    this.get = (id) => refusals.get(id);
    this.list = (query) => refusals.list(query);
    this.#gates = this.#sampledOf(gates, new Map());
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref();
    this.#sweep();
  }

  ofGate(name: string): GateRefusals | undefined {
    return this.#gates.get(name);
  }

  listen(listener: (request: RefusedRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async prepare(gates: readonly GateConfig[]): Promise<RefusalsChange> {
    await openFor(gates, this.#options);
    const next = this.#sampledOf(gates, this.#gates);
    return {
      ofGate: (name) => next.get(name),
      commit: () => {
        for (const gate of gates) {
          const bounds = boundsOf(gate, gates, this.isStored);
          const sampled = next.get(gate.name);
          // Their parts of the room are others.
          if (bounds !== undefined && sampled !== undefined) sampled.bounds = bounds;
        }
        this.#gates = next;
      },
    };
  }

  /** Gates that stay keep what was counted. */
  #sampledOf(
    gates: readonly GateConfig[],
    earlier: ReadonlyMap<string, Sampled>,
  ): ReadonlyMap<string, Sampled> {
    const take = (request: RefusedRequest, bytes: number): boolean => this.#take(request, bytes);
    const { now } = this.#options;
    return new Map(
      gates.flatMap((gate) => {
        const { name } = gate;
        const bounds = boundsOf(gate, gates, this.isStored);
        if (bounds === undefined) return [];
        const sampled = earlier.get(name);
        return [[name, sampled ?? new Sampled({ gate: name, bounds, limit: this.#limit, now, take })]];
      }),
    );
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
    for (const listener of this.#listeners) listener(request);
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
      // A gate that a reload has taken away keeps no more of what came before.
      const kept = requests.filter(({ gate }) => this.#gates.has(gate));
      if (kept.length > 0) await refusals.keep(kept, (gate) => this.#sampled(gate).bounds);
      this.#isFailing = false;
    } catch (error) {
      for (const { gate } of requests) {
        const sampled = this.#gates.get(gate);
        if (sampled !== undefined) sampled.leftOut++;
      }
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
  bounds: GateBounds;
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
