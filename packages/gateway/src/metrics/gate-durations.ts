/** How long a gate's requests take, by their way through it. */
import { Histogram } from './histogram.ts';

export interface GateDurations {
  /** From the head to the answer. */
  readonly request: Histogram;
  /** From the whole body to the verdict, with keys that are waited for and the claim. */
  readonly verify: Histogram;
  /** From the verdict to what came of the outcome, with the store's commit. */
  readonly outcome: Histogram;
}

export function createGateDurations(): GateDurations {
  return { request: new Histogram(), verify: new Histogram(), outcome: new Histogram() };
}

/** Takes the times of one request: a clock's reading at the beginning, the verdict and the end, of some 65 ns each. */
export class GateWatch {
  readonly #durations: GateDurations;
  #sinceMs: number = performance.now();
  #step: 'verify' | 'outcome';

  /** @param step that begins */
  constructor(durations: GateDurations, step: 'verify' | 'outcome') {
    this.#durations = durations;
    this.#step = step;
  }

  /** The proof held, and the outcome begins. */
  proved(): void {
    const nowMs = performance.now();
    this.#durations.verify.observe(nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
    this.#step = 'outcome';
  }

  /** It was refused, or its outcome has settled. */
  end(): void {
    this.#durations[this.#step].observe(performance.now() - this.#sinceMs);
  }
}
