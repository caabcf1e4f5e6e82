/**
 * Approvals that happen once: a state a subject, in the store, so that repeats, other gateways and restarts agree.
 *
 *     seen → scored → approving → approved        declined: the score did not pass; looked at again next time
 *                         └→ unconfirmed          the call was sent and its answer was lost
 *
 * `approving` is written before the call leaves. Who finds it there later cannot know whether the upstream got the
 * call, so it asks the upstream, and where that cannot tell it does not call again: an approval that a person must
 * look up is better than two. Approvals are called one after another, so a crash leaves at most one in doubt; there
 * is one for each person that was onboarded, and no hurry. A subject that is being worked on is held for a while by one gateway. To be overtaken
 * costs a second look at the score, never a second approval.
 */
import { randomUUID } from 'node:crypto';
import { DAY, HOUR, SECOND } from '../../../config/units.ts';
import { createSingleFlight } from '../../../outgoing/single-flight.ts';
import type { ReadRecord, SealedRecords } from '../../../sealed/sealed-records.ts';
import type { SessionLog } from '../../broker.ts';
import { UpstreamError } from '../../upstream-error.ts';

export type ApprovalAnswer = Readonly<Record<string, unknown>>;

/** What the vendor's API does. */
export interface ApprovalSteps {
  /** @throws UpstreamError */
  isPassed(subject: string): Promise<boolean>;
  /** Approves; what it resolves with is the answer to this request and to all repeats. @throws UpstreamError */
  approve(subject: string): Promise<ApprovalAnswer>;
  /** The same answer, where the upstream can tell that it has approved; undefined where it cannot. @throws UpstreamError */
  findApproved(subject: string): Promise<ApprovalAnswer | undefined>;
  /** The answer where the score did not pass. */
  readonly declined: ApprovalAnswer;
  /** The answer where nobody knows. */
  readonly unconfirmed: ApprovalAnswer;
}

export interface Approvals {
  /** Approves a subject whose score passes, once. @throws UpstreamError, TokenError, StoreError: ask again. */
  approve(subject: string): Promise<ApprovalAnswer>;
  /** Takes up what was left unfinished. Does not reject. */
  resume(): Promise<void>;
  /** Ends what waits for other gateways. */
  close(): void;
}

export interface ApprovalsOptions {
  readonly records: SealedRecords;
  readonly steps: ApprovalSteps;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** How long one call may take; longer, and the gateway that made it is taken for dead. */
  readonly callTimeoutMs: number;
  /** Tells of an outcome, durably; of a repeated one nothing. */
  readonly tell: (outcome: ApprovalOutcome) => Promise<void>;
  readonly log: SessionLog;
}

/** What became of a subject. It is told before it is written: who is killed between the two finds the record unfinished, and tells it again. */
export interface ApprovalOutcome {
  readonly step: Extract<ApprovalStep, 'approved' | 'declined' | 'unconfirmed'>;
  readonly subject: string;
  readonly answer: ApprovalAnswer;
  /** As long as its record is kept. */
  readonly rememberMs: number;
}

type ApprovalStep = 'seen' | 'scored' | 'approving' | 'approved' | 'declined' | 'unconfirmed';

interface State {
  readonly step: ApprovalStep;
  readonly holder: string;
  readonly heldUntilMs: number;
  /** Where the step is `approved`. */
  readonly answer?: ApprovalAnswer;
}

/** A repeat after that would approve again. */
const KEPT_MS = 400 * DAY;
/** What led to nothing is soon forgotten: anybody can name a subject. */
const KEPT_UNDONE_MS = HOUR;
const POLL_MS = 50;
const LEASE_MS = 3 * SECOND;
const RESUMED_AT_ONCE = 4;
const UNFINISHED: ReadonlySet<ApprovalStep> = new Set(['seen', 'scored', 'approving']);

/** Another gateway wrote first. */
class Overtaken extends Error {}

export function createApprovals(options: ApprovalsOptions): Approvals {
  return new StoredApprovals(options);
}

/** A subject's record in the hands of one holder. */
class Row {
  readonly subject: string;
  readonly #holder: string;
  readonly #options: ApprovalsOptions;
  #version: number;

  constructor(options: ApprovalsOptions, holder: string, subject: string, version: number) {
    this.#options = options;
    this.#holder = holder;
    this.subject = subject;
    this.#version = version;
  }

  async write(step: ApprovalStep, heldForMs: number, keptForMs: number): Promise<void> {
    const { records, now, log } = this.#options;
    const state: State = { step, holder: this.#holder, heldUntilMs: now() + heldForMs };
    const written = await records.write(this.subject, this.#version, state, now() + keptForMs);
    if (written === undefined) throw new Overtaken();
    this.#version = written;
    log.info({ interviewId: this.subject, step }, 'an approval has reached a step');
  }

  /** Lets go where it stands. Does not reject: a store's error is logged, and the lease ends by itself. */
  async release(step: ApprovalStep, keptForMs: number): Promise<void> {
    const { records, now, log } = this.#options;
    const state: State = { step, holder: this.#holder, heldUntilMs: 0 };
    try {
      await records.write(this.subject, this.#version, state, now() + keptForMs);
    } catch (error) {
      log.warn(
        { interviewId: this.subject, step, error },
        'an approval could not be let go of; its lease ends by itself',
      );
    }
  }
}

class StoredApprovals implements Approvals {
  readonly #options: ApprovalsOptions;
  readonly #holder = randomUUID();
  readonly #closing = new AbortController();
  readonly #once = createSingleFlight<ApprovalAnswer>();
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  approve(subject: string): Promise<ApprovalAnswer> {
    return this.#once(subject, () => this.#run(subject));
  }

  async resume(): Promise<void> {
    const { records, log } = this.#options;
    const left: string[] = [];
    try {
      for await (const record of records.all()) if (isUnfinished(record)) left.push(record.key);
    } catch (error) {
      log.warn({ error }, 'unfinished approvals could not be read');
    }
    await Promise.all(Array.from({ length: RESUMED_AT_ONCE }, () => this.#resumeAll(left)));
  }

  close(): void {
    this.#closing.abort(new Error('The gateway stops.'));
  }

  /** Takes from the list until it is empty. */
  async #resumeAll(left: string[]): Promise<void> {
    for (let next = left.pop(); next !== undefined && !this.#closing.signal.aborted; next = left.pop()) {
      await this.#resumeOne(next);
    }
  }

  async #resumeOne(subject: string): Promise<void> {
    try {
      await this.approve(subject);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#options.log.warn(
        { interviewId: subject, error },
        'an unfinished approval could not be taken up; its next webhook does',
      );
    }
  }

  async #run(subject: string): Promise<ApprovalAnswer> {
    const { records, now, wait, callTimeoutMs } = this.#options;
    for (;;) {
      this.#closing.signal.throwIfAborted();
      const record = await records.read(subject);
      const state = record && readState(record);
      if (state?.step === 'approved') return state.answer ?? {};
      const heldMs = state === undefined || state.holder === this.#holder ? 0 : state.heldUntilMs - now();
      // Longer than anybody holds: the clock was set back.
      if (heldMs > 0 && heldMs <= Math.max(LEASE_MS, callTimeoutMs + SECOND)) {
        await wait(Math.min(POLL_MS, heldMs), this.#closing.signal);
        continue;
      }
      try {
        const row = new Row(this.#options, this.#holder, subject, record?.version ?? 0);
        return await this.#advance(row, state?.step);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
    }
  }

  async #advance(row: Row, step: ApprovalStep | undefined): Promise<ApprovalAnswer> {
    if (step === 'approving' || step === 'unconfirmed') return this.#lookUp(row);
    if (step !== 'scored') {
      if (!(await this.#isPassed(row))) {
        const answer = this.#options.steps.declined;
        const { subject } = row;
        await this.#options.tell({ step: 'declined', subject, answer, rememberMs: KEPT_UNDONE_MS });
        await row.write('declined', 0, KEPT_UNDONE_MS);
        return answer;
      }
      await row.write('scored', LEASE_MS, KEPT_MS);
    }
    return this.#inTurn(() => this.#approveNow(row));
  }

  async #isPassed(row: Row): Promise<boolean> {
    await row.write('seen', LEASE_MS, KEPT_UNDONE_MS);
    try {
      return await this.#options.steps.isPassed(row.subject);
    } catch (error) {
      // The upstream knows no such subject: nor need we.
      const isUnknown = error instanceof UpstreamError && (error.status ?? 500) < 500;
      await row.release('seen', isUnknown ? 0 : KEPT_UNDONE_MS);
      throw error;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work, work);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async #approveNow(row: Row): Promise<ApprovalAnswer> {
    const { steps, callTimeoutMs } = this.#options;
    this.#closing.signal.throwIfAborted();
    await row.write('approving', callTimeoutMs + SECOND, KEPT_MS);
    let answer: ApprovalAnswer;
    try {
      answer = await steps.approve(row.subject);
    } catch (error) {
      if (error instanceof UpstreamError && error.mayBeDone) await this.#leaveUnconfirmed(row);
      // No call was sent, or it was refused: the next webhook tries again.
      else await row.release('scored', KEPT_MS);
      throw error;
    }
    return this.#finish(row.subject, answer);
  }

  async #lookUp(row: Row): Promise<ApprovalAnswer> {
    const { steps, log } = this.#options;
    // Held as `approving`, whatever happens now: from here there is no way back to a call.
    await row.write('approving', LEASE_MS, KEPT_MS);
    const answer = await steps.findApproved(row.subject);
    if (answer !== undefined) return this.#finish(row.subject, answer);
    await this.#leaveUnconfirmed(row);
    log.error(
      { interviewId: row.subject, step: 'unconfirmed' },
      'an approval was sent and its answer was lost; it is not sent again: look the interview up at the vendor',
    );
    return steps.unconfirmed;
  }

  async #leaveUnconfirmed(row: Row): Promise<void> {
    const { steps, tell } = this.#options;
    const answer = steps.unconfirmed;
    await tell({ step: 'unconfirmed', subject: row.subject, answer, rememberMs: KEPT_MS });
    await row.write('unconfirmed', 0, KEPT_MS);
  }

  /** It is done, whoever holds the record meanwhile. */
  async #finish(subject: string, answer: ApprovalAnswer): Promise<ApprovalAnswer> {
    const { records, tell, now, log } = this.#options;
    await tell({ step: 'approved', subject, answer, rememberMs: KEPT_MS });
    const state: State = { step: 'approved', holder: this.#holder, heldUntilMs: 0, answer };
    for (;;) {
      const version = (await records.read(subject))?.version ?? 0;
      if ((await records.write(subject, version, state, now() + KEPT_MS)) === undefined) continue;
      log.info({ interviewId: subject, step: 'approved' }, 'an approval has reached a step');
      return answer;
    }
  }
}

/** @throws Error where it cannot be read: to take it for none might approve twice. */
function readState({ value }: ReadRecord): State {
  if (typeof value === 'object' && value !== null && 'step' in value) return value as State;
  throw new Error('An approval’s record does not open: start with the store key that it was written under.');
}

function isUnfinished({ value }: ReadRecord): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'step' in value &&
    UNFINISHED.has(value.step as ApprovalStep)
  );
}
