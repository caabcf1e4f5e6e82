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
import type { SessionLog } from '../../broker.ts';
import type { ReadRecord, SealedRecords } from '../../sealed-records.ts';
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
  readonly log: SessionLog;
}

type Step = 'seen' | 'scored' | 'approving' | 'approved' | 'declined' | 'unconfirmed';

interface State {
  readonly step: Step;
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
const UNFINISHED: ReadonlySet<Step> = new Set(['seen', 'scored', 'approving']);

/** Another gateway wrote first. */
class Overtaken extends Error {}

export function createApprovals(options: ApprovalsOptions): Approvals {
  const { records, steps, now, wait, callTimeoutMs, log } = options;
  const holder = randomUUID();
  const closing = new AbortController();
  const once = createSingleFlight<ApprovalAnswer>();

  /** A subject's record in our hands. */
  function createRow(subject: string, readVersion: number) {
    let version = readVersion;
    return {
      async write(step: Step, heldForMs: number, keptForMs: number): Promise<void> {
        const state: State = { step, holder, heldUntilMs: now() + heldForMs };
        const written = await records.write(subject, version, state, now() + keptForMs);
        if (written === undefined) throw new Overtaken();
        version = written;
        log.info({ interviewId: subject, step }, 'approval');
      },
      /** Lets go where it stands. Does not reject: a store's error is logged, and the lease ends by itself. */
      async release(step: Step, keptForMs: number): Promise<void> {
        const state: State = { step, holder, heldUntilMs: 0 };
        try {
          await records.write(subject, version, state, now() + keptForMs);
        } catch (error) {
          log.warn(
            { interviewId: subject, step, error },
            'an approval could not be let go of; its lease ends by itself',
          );
        }
      },
    };
  }
  type Row = ReturnType<typeof createRow>;

  /** It is done, whoever holds the record meanwhile. */
  async function finish(subject: string, answer: ApprovalAnswer): Promise<ApprovalAnswer> {
    const state: State = { step: 'approved', holder, heldUntilMs: 0, answer };
    for (;;) {
      const version = (await records.read(subject))?.version ?? 0;
      if ((await records.write(subject, version, state, now() + KEPT_MS)) === undefined) continue;
      log.info({ interviewId: subject, step: 'approved' }, 'approval');
      return answer;
    }
  }

  async function score(subject: string, row: Row): Promise<boolean> {
    await row.write('seen', LEASE_MS, KEPT_UNDONE_MS);
    try {
      return await steps.isPassed(subject);
    } catch (error) {
      // The upstream knows no such subject: nor need we.
      const isUnknown = error instanceof UpstreamError && (error.status ?? 500) < 500;
      await row.release('seen', isUnknown ? 0 : KEPT_UNDONE_MS);
      throw error;
    }
  }

  let lastTurn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(work, work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async function approveNow(subject: string, row: Row): Promise<ApprovalAnswer> {
    closing.signal.throwIfAborted();
    await row.write('approving', callTimeoutMs + SECOND, KEPT_MS);
    let answer: ApprovalAnswer;
    try {
      answer = await steps.approve(subject);
    } catch (error) {
      if (error instanceof UpstreamError && error.mayBeDone) await row.write('unconfirmed', 0, KEPT_MS);
      // No call was sent, or it was refused: the next webhook tries again.
      else await row.release('scored', KEPT_MS);
      throw error;
    }
    return finish(subject, answer);
  }

  async function lookUp(subject: string, row: Row): Promise<ApprovalAnswer> {
    // Held as `approving`, whatever happens now: from here there is no way back to a call.
    await row.write('approving', LEASE_MS, KEPT_MS);
    const answer = await steps.findApproved(subject);
    if (answer !== undefined) return finish(subject, answer);
    await row.write('unconfirmed', 0, KEPT_MS);
    log.error(
      { interviewId: subject, step: 'unconfirmed' },
      'an approval was sent and its answer was lost; it is not sent again: look the interview up at the vendor',
    );
    return steps.unconfirmed;
  }

  async function advance(subject: string, row: Row, step: Step | undefined): Promise<ApprovalAnswer> {
    if (step === 'approving' || step === 'unconfirmed') return lookUp(subject, row);
    if (step !== 'scored') {
      if (!(await score(subject, row))) {
        await row.write('declined', 0, KEPT_UNDONE_MS);
        return steps.declined;
      }
      await row.write('scored', LEASE_MS, KEPT_MS);
    }
    return inTurn(() => approveNow(subject, row));
  }

  async function run(subject: string): Promise<ApprovalAnswer> {
    for (;;) {
      closing.signal.throwIfAborted();
      const found = await records.read(subject);
      const state = found && readState(found);
      if (state?.step === 'approved') return state.answer ?? {};
      const heldMs = state === undefined || state.holder === holder ? 0 : state.heldUntilMs - now();
      // Longer than anybody holds: the clock was set back.
      if (heldMs > 0 && heldMs <= Math.max(LEASE_MS, callTimeoutMs + SECOND)) {
        await wait(Math.min(POLL_MS, heldMs), closing.signal);
        continue;
      }
      try {
        return await advance(subject, createRow(subject, found?.version ?? 0), state?.step);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
    }
  }

  async function resumeOne(subject: string): Promise<void> {
    try {
      await once(subject, () => run(subject));
    } catch (error) {
      if (closing.signal.aborted) return;
      log.warn(
        { interviewId: subject, error },
        'an unfinished approval could not be taken up; its next webhook does',
      );
    }
  }

  return {
    approve: (subject) => once(subject, () => run(subject)),
    resume: async () => {
      const left: string[] = [];
      try {
        for await (const found of records.all()) if (isUnfinished(found)) left.push(found.key);
      } catch (error) {
        log.warn({ error }, 'unfinished approvals could not be read');
      }
      const lane = async (): Promise<void> => {
        for (let next = left.pop(); next !== undefined && !closing.signal.aborted; next = left.pop()) {
          await resumeOne(next);
        }
      };
      await Promise.all(Array.from({ length: RESUMED_AT_ONCE }, lane));
    },
    close: () => closing.abort(new Error('The gateway stops.')),
  };
}

/** @throws Error where it cannot be read: to take it for none might approve twice. */
function readState({ value }: ReadRecord): State {
  if (typeof value === 'object' && value !== null && 'step' in value) return value as State;
  throw new Error('An approval’s record does not open: start with the store key that it was written under.');
}

function isUnfinished({ value }: ReadRecord): boolean {
  return typeof value === 'object' && value !== null && 'step' in value && UNFINISHED.has(value.step as Step);
}
