/**
 * Says of refused requests as they come why they were refused: behind everything else, one at a time, for those that gates keep. What is found goes into the log, and to
 * whoever listens.
 */
import { Buffer } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import type { FindingView } from '@countersign/api';
import { type Gate, HeaderList, type RefusalReason, type SignedRequest } from '@countersign/core';
import type { Arrival, EarlierRequest } from '@countersign/core/explain';
import type { Log } from '../log/log.ts';
import type { RefusedRequest } from '../sealed/sealed-refusals.ts';
import type { ClaimStore } from '../stores/claim-store.ts';
import { refusedBefore } from './refused-before.ts';

/** A gate whose refused requests are explained. */
interface ExplainingGate {
  /** By each proof that it takes, its own first. */
  readonly gates: readonly [Gate, ...Gate[]];
  /** When the last of those whose proofs held were signed, and when they came. */
  readonly arrivals: Arrival[];
}

/** @param reason for which the request was refused */
export type FindingListener = (finding: Omit<FindingView, 'time'>, reason: RefusalReason) => void;

export interface RefusalFindings {
  /** Names the gate that judges a name’s requests once it is open. @param older of its older proofs. Default: none */
  add(name: string, gate: Gate, older?: readonly Gate[]): void;
  /** Explains no more of a gate that is gone. */
  remove(name: string): void;
  /** Takes a refused request to be explained, or leaves it: nothing waits for it. */
  offer(request: RefusedRequest): void;
  /** Calls `listener` with each finding; the result ends that. */
  listen(listener: FindingListener): () => void;
  /** Explains no more. */
  close(): void;
}

/** What waits to be explained; in a flood the rest is left. With the longest bodies these are 4 MB. */
const MAX_WAITING = 16;
/** More say no more of a clock. */
const MAX_ARRIVALS = 20;
/** How long the trials for one may take, in turns of 2 ms… */
const BUDGET_MS = 100;
/** The first ones after a start run code that no request has run before. */
const COLD_BUDGET_MS = 500;
const COLD_COUNT = 3;
/** …and how long nothing is tried after it: a tenth of the time at most goes into this. */
const PAUSE_MS = 900;

/** Nor before its code is loaded: half of the engine’s, which no start waits for. */
const LOAD_AFTER_MS = 500;

export interface RefusalFindingsOptions {
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Where it is looked for what a repeat repeats. */
  readonly claims: Pick<ClaimStore, 'find'>;
}

export function createRefusalFindings(options: RefusalFindingsOptions): RefusalFindings {
  return new Findings(options);
}

class Findings implements RefusalFindings {
  readonly #options: RefusalFindingsOptions;
  readonly #gates = new Map<string, ExplainingGate>();
  readonly #listeners = new Set<FindingListener>();
  #waiting: RefusedRequest[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #explained = 0;
  /** Undefined while no gate’s requests are explained. */
  #explain: ReturnType<typeof loadExplain> | undefined;

  constructor(options: RefusalFindingsOptions) {
    this.#options = options;
  }

  add(name: string, gate: Gate, older: readonly Gate[] = []): void {
    this.#gates.set(name, { gates: [gate, ...older], arrivals: [] });
    this.#explain ??= loadExplain();
    // Told where it is awaited.
    this.#explain.catch(() => {});
  }

  remove(name: string): void {
    this.#gates.delete(name);
  }

  offer(request: RefusedRequest): void {
    if (this.#isClosed || request.bodyLeftOut !== undefined || this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(request);
    // In another turn than the answer’s.
    this.#timer ??= setTimeout(() => void this.#explainNext(), 0).unref();
  }

  listen(listener: FindingListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  async #explainNext(): Promise<void> {
    const request = this.#waiting.shift();
    const own = request && this.#gates.get(request.gate);
    if (request && own) await this.#explainAt(own, request);
    this.#timer =
      this.#isClosed || this.#waiting.length === 0
        ? undefined
        : setTimeout(() => void this.#explainNext(), PAUSE_MS).unref();
  }

  async #explainAt({ gates, arrivals }: ExplainingGate, request: RefusedRequest): Promise<void> {
    const { log } = this.#options;
    const { id: requestId, gate: name, method, url, headers, body, forwarded, remoteAddress } = request;
    const signed = {
      method,
      url,
      headers: new HeaderList(headers),
      body,
      remoteAddress,
      ...(forwarded && { forwarded }),
    };
    try {
      const gate = await carriedProof(gates, signed, request);
      const refused = refusedBefore(request);
      const earlier = await this.#earlier(request);
      const explain = await this.#explain;
      if (explain === undefined) return;
      const { findings, arrival } = await explain(signed, gate, {
        budgetMs: this.#explained++ < COLD_COUNT ? COLD_BUDGET_MS : BUDGET_MS,
        ...(refused && { refused }),
        ...(earlier && { earlier }),
        neighbours: arrivals,
      });
      // It waited here before it was judged again.
      if (arrival !== undefined) arrivals.push({ ...arrival, receivedMs: request.receivedMs });
      if (arrivals.length > MAX_ARRIVALS) arrivals.shift();
      const [finding] = findings;
      if (finding === undefined || this.#isClosed) return;
      const { id, certainty, sentence, mend } = finding;
      log.info({ requestId, gate: name, finding: id, certainty, remedy: mend }, sentence);
      for (const listener of this.#listeners)
        listener({ requestId, gate: name, finding: { id, certainty, sentence, mend } }, request.reason);
    } catch (error) {
      log.error({ requestId, gate: name, error }, 'a refused request could not be explained');
    }
  }

  /** Of a repeat: when the first was taken, and which event it became. */
  async #earlier({ gate, repeat, receivedMs }: RefusedRequest): Promise<EarlierRequest | undefined> {
    if (repeat?.state !== 'committed') return undefined;
    return this.#options.claims.find(gate, Uint8Array.from(Buffer.from(repeat.claimId, 'hex')), receivedMs);
  }
}

/** By the clock, and not with the first request: to load it holds the loop for some milliseconds, which nobody’s request may. */
async function loadExplain(): Promise<typeof import('@countersign/core/explain').explain> {
  await delay(LOAD_AFTER_MS, undefined, { ref: false });
  const { explain } = await import('@countersign/core/explain');
  return explain;
}

/** The gate of the proof that the request was refused by: of the first that refuses it so. */
async function carriedProof(
  gates: readonly [Gate, ...Gate[]],
  signed: SignedRequest,
  { reason, step }: RefusedRequest,
): Promise<Gate> {
  const [own, ...older] = gates;
  if (older.length === 0) return own;
  for (const gate of gates) {
    const verdict = await gate.verify(signed);
    if (!verdict.ok && verdict.reason === reason && verdict.step === step) return gate;
  }
  return own;
}
