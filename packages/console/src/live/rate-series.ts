/** Rates and latencies of the last five minutes, by gate: counted as items come, in memory that does not grow with their number. */
import type { VerdictView } from '@countersign/api';

export const STEP_S = 2;
const STEPS = 150;
/** Of latencies: each ten percent wider than the one before, from 0.01 ms to more than two minutes. */
const BINS = 172;
const FIRST_MS = 0.01;
const GROWTH = 1.1;
/** More gates than these are counted together only. */
const MOST_GATES = 100;

/** One value a step, the oldest first. A rate is null before the first request that was told of; a latency where none came. */
export interface Series {
  /** Unix seconds: where each step begins. */
  readonly times: readonly number[];
  /** Requests a second. */
  readonly accepted: readonly (number | null)[];
  readonly refused: readonly (number | null)[];
  /** Milliseconds. */
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

interface Step {
  at: number;
  accepted: number;
  refused: number;
  readonly bins: Uint32Array;
}

export class RateSeries {
  readonly #all = new Ring();
  readonly #byGate = new Map<string, Ring>();
  /** The step after the last that was read. */
  #readTo = 0;
  #isOutdated = false;

  /** Whether something was added since of a time that was read. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  add({
    gate,
    verdict,
    time,
    durationMs,
  }: Pick<VerdictView, 'gate' | 'verdict' | 'time' | 'durationMs'>): void {
    const at = Math.floor(Date.parse(time) / 1000 / STEP_S);
    if (!Number.isFinite(at)) return;
    if (at < this.#readTo) this.#isOutdated = true;
    const isRefused = verdict === 'refused';
    this.#all.add(at, isRefused, durationMs);
    if (gate !== undefined) this.#ringOf(gate)?.add(at, isRefused, durationMs);
  }

  /** Of a gate, or of all; without the step that has not ended. */
  read(gate: string | undefined, nowMs: number): Series {
    const ring = gate === undefined ? this.#all : (this.#byGate.get(gate) ?? new Ring());
    this.#readTo = Math.floor(nowMs / 1000 / STEP_S);
    this.#isOutdated = false;
    return ring.read(this.#readTo);
  }

  #ringOf(gate: string): Ring | undefined {
    const ring = this.#byGate.get(gate);
    if (ring !== undefined || this.#byGate.size >= MOST_GATES) return ring;
    const added = new Ring();
    this.#byGate.set(gate, added);
    return added;
  }
}

class Ring {
  readonly #steps: Step[] = [];
  /** Of all that came. */
  #first = Number.POSITIVE_INFINITY;

  add(at: number, isRefused: boolean, durationMs: number): void {
    const place = at % (STEPS + 1);
    this.#first = Math.min(this.#first, at);
    const step = this.#steps[place] ?? emptyStep();
    this.#steps[place] = step;
    // What is older than all that is shown comes too late.
    if (step.at > at) return;
    if (step.at < at) empty(step, at);
    if (isRefused) step.refused++;
    else step.accepted++;
    const bin = binOf(durationMs);
    step.bins[bin] = (step.bins[bin] ?? 0) + 1;
  }

  read(now: number): Series {
    const steps = Array.from({ length: STEPS }, (_, i) => now - STEPS + i);
    const values = steps.map((at) => {
      const step = this.#steps[at % (STEPS + 1)];
      return step?.at === at ? step : undefined;
    });
    return {
      times: steps.map((at) => at * STEP_S),
      accepted: values.map((step, i) => this.#rate(step?.accepted, now - STEPS + i)),
      refused: values.map((step, i) => this.#rate(step?.refused, now - STEPS + i)),
      p50: values.map((step) => quantile(step, 0.5)),
      p99: values.map((step) => quantile(step, 0.99)),
    };
  }

  #rate(count: number | undefined, at: number): number | null {
    return at < this.#first ? null : (count ?? 0) / STEP_S;
  }
}

function emptyStep(): Step {
  return { at: -1, accepted: 0, refused: 0, bins: new Uint32Array(BINS) };
}

function empty(step: Step, at: number): void {
  step.at = at;
  step.accepted = 0;
  step.refused = 0;
  step.bins.fill(0);
}

function binOf(durationMs: number): number {
  const bin = Math.floor(Math.log(Math.max(durationMs, FIRST_MS) / FIRST_MS) / Math.log(GROWTH));
  return Number.isFinite(bin) ? Math.min(bin, BINS - 1) : 0;
}

function quantile(step: Step | undefined, share: number): number | null {
  if (step === undefined) return null;
  let left = Math.ceil((step.accepted + step.refused) * share);
  if (left === 0) return null;
  const bin = step.bins.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  // In the middle of its bin.
  return FIRST_MS * GROWTH ** (bin + 0.5);
}
