/** How a destination fares: what an operator said of it, since when it fails, when it has failed for too long. Kept in the store. */
import type { DeliveryStore, DestinationCondition } from '../stores/delivery-store.ts';
import {
  type DestinationWord,
  type DestinationWords,
  type NumberedWord,
  nextWord,
  withWord,
  wordOf,
} from './destination-words.ts';
import { type LimitMark, marksReached } from './limit-marks.ts';
import type { OperatorNews } from './operator-events.ts';

export interface DestinationHealth {
  readonly condition: DestinationCondition;
  /** An attempt was delivered. */
  well(nowMs: number): void;
  /** An attempt failed. */
  ill(nowMs: number): void;
  /** From time to time: tells how much of the time that it may fail is over. Only an attempt that fails ends that time. */
  look(nowMs: number): void;
  /** Nothing more is sent until an operator says so. */
  disable(reason: string, nowMs: number): void;
  /** Keeps how long it has failed, for a restart; only where `afterMs` more than what was kept last. */
  note(afterMs?: number): void;
  /** What an operator said; resolves once it is kept, and counts from then on, for the other gateways on the store as well. */
  set(said: Partial<Omit<DestinationWord, 'sinceMs'>>, nowMs: number): Promise<void>;
  /** It has sent what had waited: it need not be slow any more, unless somebody has said something else meanwhile. */
  caughtUp(nowMs: number): Promise<void>;
  /** Another gateway on the store may have changed it. @returns whether it is sent to again */
  goBy(word: NumberedWord): boolean;
}

export interface DestinationHealthOptions {
  readonly name: string;
  /** As it was kept. */
  readonly condition: DestinationCondition | undefined;
  readonly disableAfterMs: number;
  readonly store: Pick<DeliveryStore, 'setCondition'>;
  readonly words: Pick<DestinationWords, 'change'>;
  readonly tell: (news: OperatorNews) => void;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const FRESH: DestinationCondition = { state: 'active', isMuted: false, sinceMs: 0 };

export function createDestinationHealth(options: DestinationHealthOptions): DestinationHealth {
  return new Health(options);
}

class Health implements DestinationHealth {
  readonly #options: DestinationHealthOptions;
  #condition: DestinationCondition;
  /** When `failingForMs` was counted, by that clock. What was before the start is not counted: nothing was tried. */
  #countedMs: number;
  /** Of the word that it goes by: an older one may come late. */
  #number = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DestinationHealthOptions) {
    this.#options = options;
    this.#condition = options.condition ?? FRESH;
    this.#countedMs = options.monotonicMs();
  }

  get condition(): DestinationCondition {
    return this.#condition;
  }

  well(nowMs: number): void {
    const {
      failingSinceMs,
      failingForMs: _,
      failingPercent: __,
      toldFailingSinceMs,
      ...rest
    } = this.#condition;
    // What was on its way when it was disabled says nothing of whoever resumes it.
    const isTold = toldFailingSinceMs !== undefined && rest.state !== 'disabled';
    if (failingSinceMs === undefined && !isTold) return;
    this.#keep({ ...rest, ...(!isTold && toldFailingSinceMs !== undefined && { toldFailingSinceMs }) });
    if (!isTold) return;
    this.#options.tell({
      kind: 'destination.recovered',
      destination: this.#options.name,
      nowMs,
      failingSinceMs: toldFailingSinceMs,
    });
  }

  ill(nowMs: number): void {
    if (this.#condition.failingSinceMs === undefined) {
      this.#countedMs = this.#options.monotonicMs();
      this.#keep({ ...this.#condition, failingSinceMs: nowMs, failingForMs: 0 });
    }
    const percent = this.#markReached();
    if (percent === undefined) return;
    this.#tellFailing(percent, nowMs);
    if (percent === 100) this.disable('failed-for-too-long', nowMs);
  }

  look(nowMs: number): void {
    const { failingSinceMs, state } = this.#condition;
    if (failingSinceMs === undefined || state !== 'active') return;
    const percent = this.#markReached(90);
    if (percent !== undefined) this.#tellFailing(percent, nowMs);
  }

  /** The highest mark that is reached and was not told, up to `most`. */
  #markReached(most: LimitMark = 100): LimitMark | undefined {
    const { disableAfterMs } = this.#options;
    const { failingPercent: lastPercent = 0 } = this.#condition;
    const marks = marksReached((lastPercent / 100) * disableAfterMs, this.#failingForMs(), disableAfterMs);
    return marks.filter((mark) => mark <= most).at(-1);
  }

  #tellFailing(percent: LimitMark, nowMs: number): void {
    const { name: destination, tell } = this.#options;
    const { failingSinceMs = nowMs, toldFailingSinceMs = failingSinceMs } = this.#condition;
    this.#keep({ ...this.#condition, failingPercent: percent, toldFailingSinceMs });
    this.note();
    tell({ kind: 'destination.failing', destination, nowMs, failingSinceMs, percent });
  }

  note(afterMs: number = 0): void {
    const { failingSinceMs, state } = this.#condition;
    if (failingSinceMs === undefined || state !== 'active') return;
    const failingForMs = this.#failingForMs();
    if (failingForMs - (this.#condition.failingForMs ?? 0) < afterMs) return;
    this.#countedMs = this.#options.monotonicMs();
    this.#keep({ ...this.#condition, failingForMs });
  }

  /** Up to now. */
  #failingForMs(): number {
    return (this.#condition.failingForMs ?? 0) + this.#options.monotonicMs() - this.#countedMs;
  }

  disable(reason: string, nowMs: number): void {
    if (this.#condition.state === 'disabled') return;
    const { failingSinceMs = nowMs, toldFailingSinceMs = failingSinceMs } = this.#condition;
    this.#keep({
      ...this.#condition,
      state: 'disabled',
      reason,
      sinceMs: Math.floor(nowMs),
      toldFailingSinceMs,
    });
    this.#options.tell({ kind: 'destination.disabled', destination: this.#options.name, nowMs, reason });
    const disabled = wordOf(this.#condition);
    // What somebody else has said of it meanwhile stays.
    this.#say((before = { ...disabled, state: 'active' }) =>
      before.state === 'active' ? { ...disabled, isMuted: before.isMuted } : undefined,
    ).catch(this.#options.onError);
  }

  async set(said: Partial<Omit<DestinationWord, 'sinceMs'>>, nowMs: number): Promise<void> {
    await this.#say((before = wordOf(this.#condition)) => nextWord(before, said, nowMs));
    await this.#options.store.setCondition(this.#options.name, this.#condition);
  }

  async caughtUp(nowMs: number): Promise<void> {
    await this.#say((before = wordOf(this.#condition)) =>
      before.state === 'active' ? nextWord(before, { state: 'active' }, nowMs) : undefined,
    );
    await this.#options.store.setCondition(this.#options.name, this.#condition);
  }

  goBy({ number, word }: NumberedWord): boolean {
    if (number < this.#number) return false;
    this.#number = number;
    const isResumed = word.state === 'active' && this.#condition.state !== 'active';
    const { toldFailingSinceMs } = this.#condition;
    const toldFailing = toldFailingSinceMs === undefined ? undefined : { toldFailingSinceMs };
    // Who resumes it gives it all the time anew.
    this.#condition = withWord(isResumed ? toldFailing : this.#condition, word);
    return isResumed;
  }

  /** One after the other: what is said after it was disabled is the later word. */
  #say(make: Parameters<DestinationWords['change']>[1]): Promise<void> {
    const { words, name } = this.#options;
    const act = async (): Promise<void> => {
      const word = await words.change(name, make);
      if (word !== undefined) this.goBy(word);
    };
    const said = this.#last.then(act, act);
    this.#last = said;
    return said;
  }

  #keep(condition: DestinationCondition): void {
    this.#condition = condition;
    this.#options.store.setCondition(this.#options.name, condition).catch(this.#options.onError);
  }
}
