/**
 * The onboardings that a broker has had to do with lately, for an operator who looks why one does not go on. In memory alone, and so few that
 * a broker that is asked for many forgets the older ones. Of an id there are a digest and its last characters: nobody learns another’s from it.
 */
import { createHash } from 'node:crypto';

/** `asked`: a front end has read its status or its score. The last three are of an approval. */
export type OnboardingProgress = 'started' | 'asked' | 'finished' | 'approved' | 'declined' | 'unconfirmed';

export interface Onboarding {
  /** The last characters of the vendor’s id. */
  readonly idEnd: string;
  /** `failed`: the last call for it. */
  readonly state: OnboardingProgress | 'failed';
  /** The vendor’s word for how it stands, when it was asked last. */
  readonly status?: string;
  /** Milliseconds since the epoch, as `seenMs`. Absent: it was started before this broker was opened, or elsewhere. */
  readonly startedMs?: number;
  readonly seenMs: number;
}

interface Entry {
  readonly idEnd: string;
  readonly progress: OnboardingProgress;
  readonly isFailing: boolean;
  readonly status?: string;
  readonly startedMs?: number;
  readonly seenMs: number;
}

export const MAX_ONBOARDINGS = 100;
const ID_END_CHARS = 6;
/** How far one has come; what is seen of an earlier step later undoes nothing. */
const RANKS: Readonly<Record<OnboardingProgress, number>> = {
  started: 0,
  asked: 1,
  finished: 2,
  approved: 3,
  declined: 3,
  unconfirmed: 3,
};
/** A vendor’s word, and no text of a person. */
const STATUS = /^[A-Z][A-Z0-9_]{0,63}$/;

export class Onboardings {
  readonly #now: () => number;
  /** By the digest of the id, the one seen last at the end. */
  readonly #entries = new Map<string, Entry>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What was seen of one. */
  note(id: string, seen: OnboardingProgress, status?: string): void {
    const before = this.#entries.get(digestOf(id));
    const isBehind = before !== undefined && RANKS[seen] < RANKS[before.progress];
    const word = status !== undefined && STATUS.test(status) ? status : before?.status;
    const nowMs = Math.floor(this.#now());
    const startedMs = before?.startedMs ?? (seen === 'started' ? nowMs : undefined);
    this.#put(id, {
      idEnd: endOf(id),
      progress: isBehind ? before.progress : seen,
      isFailing: false,
      seenMs: nowMs,
      ...(word !== undefined && { status: word }),
      ...(startedMs !== undefined && { startedMs }),
    });
  }

  /** A front end has one: a new one, or one that was begun before. */
  noteStart(id: string): void {
    if (!this.#entries.has(digestOf(id))) this.note(id, 'started');
  }

  /** A call for it failed. One that is not known stays so: a caller may name anything. */
  noteFailure(id: string): void {
    const before = this.#entries.get(digestOf(id));
    if (before !== undefined) this.#put(id, { ...before, isFailing: true, seenMs: Math.floor(this.#now()) });
  }

  /** The one seen last first. */
  list(): readonly Onboarding[] {
    return [...this.#entries.values()]
      .map(
        ({ progress, isFailing, ...rest }) => ({ ...rest, state: isFailing ? 'failed' : progress }) as const,
      )
      .reverse();
  }

  #put(id: string, entry: Entry): void {
    const key = digestOf(id);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ONBOARDINGS && oldest !== undefined) this.#entries.delete(oldest);
  }
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** At most half of it. */
function endOf(id: string): string {
  return id.slice(-Math.min(ID_END_CHARS, Math.floor(id.length / 2)));
}
