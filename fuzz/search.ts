/** A search for inputs that reach what none has reached before, led by counters in the code under test. */
import { FREE_MS, judgeMemory, judgeTime } from './limits.ts';
import { mutated, type Random } from './mutations.ts';
import type { Target } from './target.ts';

export interface SearchOptions {
  readonly target: Target;
  readonly counters: Uint32Array;
  readonly words: readonly Uint8Array[];
  readonly random: Random;
  /** Longer inputs are not made. */
  readonly mostBytes: number;
  /** Called before each input is run, so that one that never ends is known. */
  readonly onInput: (input: Uint8Array) => void;
}

/** What breaks what must hold: thrown by the code under test, by what judges it, or because it costs too much. */
export interface FaultFound {
  readonly input: Uint8Array;
  readonly error: Error;
}

export class Search {
  readonly #options: SearchOptions;
  readonly #corpus: Uint8Array[] = [];
  readonly #reached: Reached;
  executions = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#reached = new Reached(options.counters);
  }

  /** The inputs that reached something new, in the order in which they did. */
  get inputs(): readonly Uint8Array[] {
    return this.#corpus;
  }

  get branches(): number {
    return this.#reached.branches;
  }

  /** Runs an input, and keeps it if it reaches something new. */
  async add(input: Uint8Array): Promise<FaultFound | undefined> {
    const { target, counters, onInput } = this.#options;
    this.executions++;
    onInput(input);
    counters.fill(0);
    try {
      const ms = await runOnce(target, input);
      const isNew = this.#reached.take();
      if (ms > FREE_MS) await judgeTime(target, input);
      if (isNew) {
        this.#corpus.push(input);
        await judgeMemory(target, input);
      }
      return undefined;
    } catch (error) {
      return { input, error: error instanceof Error ? error : new Error(`it threw ${String(error)}`) };
    }
  }

  /** Changes one of the inputs that were kept, and runs it. */
  step(): Promise<FaultFound | undefined> {
    const { random, words, mostBytes } = this.#options;
    const other = (): Uint8Array => this.#corpus[random() % this.#corpus.length] ?? EMPTY;
    return this.add(mutated(this.#pick(), { random, words, other, mostBytes }));
  }

  /** Those found last are tried as often as all the others together, and of two the shorter one: it is quick. */
  #pick(): Uint8Array {
    const { random } = this.#options;
    const { length } = this.#corpus;
    if (length === 0) return EMPTY;
    const first = this.#corpus[random() % length] as Uint8Array;
    const second = this.#corpus[length - 1 - (random() % Math.ceil(length / 8))] as Uint8Array;
    return first.length < second.length === random() % 4 > 0 ? first : second;
  }
}

const EMPTY = new Uint8Array(0);

/** @returns how long the code under test took */
async function runOnce(target: Target, input: Uint8Array): Promise<number> {
  const startMs = performance.now();
  const reading = target.read(input);
  // A promise that need not be waited for costs as much as a short input.
  const read = reading instanceof Promise ? await reading : reading;
  const ms = performance.now() - startMs;
  const judging = target.judge(input, read);
  if (judging instanceof Promise) await judging;
  return ms;
}

/** Which counters were come to so far, and how often in powers of two. */
export class Reached {
  readonly #counters: Uint32Array;
  /** By counter: a bit for each power of two. */
  readonly #seen: Uint32Array;
  branches = 0;

  constructor(counters: Uint32Array) {
    this.#counters = counters;
    this.#seen = new Uint32Array(counters.length);
  }

  /** Takes note of what the counters show. @returns whether anything of it is new */
  take(): boolean {
    const counters = this.#counters;
    const seen = this.#seen;
    let isNew = false;
    for (let i = 0; i < counters.length; i++) {
      const count = counters[i] as number;
      if (count === 0) continue;
      const power = 1 << (31 - Math.clz32(count));
      const before = seen[i] as number;
      if ((before & power) !== 0) continue;
      if (before === 0) this.branches++;
      seen[i] = before | power;
      isNew = true;
    }
    return isNew;
  }
}
