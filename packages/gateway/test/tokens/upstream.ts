/** An upstream that hands out numbered tokens, a clock that a test sets, and log-ins that a test ends. */
import {
  createTokenManager,
  type TokenManager,
  type TokenManagerOptions,
} from '../../src/tokens/token-manager.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const NOW = 1_760_000_000_000;

export class Clock {
  nowMs: number = NOW;
  readonly now = (): number => this.nowMs;

  advance(ms: number): void {
    this.nowMs += ms;
  }
}

class Upstream {
  /** Times of the log-ins so far. */
  readonly logIns: number[] = [];
  lifeMs: number = DAY;
  /** What log-ins fail with; undefined where they succeed. */
  failure: Error | undefined;
  readonly #clock: Clock;
  #gate: Promise<void> | undefined;
  #open: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds log-ins until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#gate = undefined;
    this.#open();
  }

  readonly issue: TokenManagerOptions['issue'] = async () => {
    const number = this.logIns.push(this.#clock.nowMs);
    const issuedMs = this.#clock.nowMs;
    await this.#gate;
    if (this.failure !== undefined) throw this.failure;
    return { token: `token-${number}`, expiresAtMs: issuedMs + this.lifeMs };
  };
}

export interface Bench {
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly manager: TokenManager;
  readonly problems: string[];
}

/** @param changes `random` is 0 unless given: renewal at exactly 80 %, back-offs of half their length. */
export function bench(changes: Partial<TokenManagerOptions> = {}, clock: Clock = new Clock()): Bench {
  const upstream = new Upstream(clock);
  const problems: string[] = [];
  const manager = createTokenManager({
    name: 'test',
    issue: upstream.issue,
    now: clock.now,
    random: () => 0,
    onProblem: (message, error) => void problems.push(`${message}: ${String(error)}`),
    ...changes,
  });
  return { clock, upstream, manager, problems };
}

/** Lets everything run that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
