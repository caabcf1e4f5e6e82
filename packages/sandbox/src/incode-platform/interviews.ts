/** The interviews, in memory. */
import { randomBytes } from 'node:crypto';
import type { IncodeInterview, IncodeScore } from './model.ts';

/** What a start says of the interview. */
export type InterviewDraft = Pick<IncodeInterview, 'redirectionUrl' | 'externalCustomerId'>;

/** An interview as the platform keeps it. */
export interface KeptInterview extends IncodeInterview {
  /** Who knows it may finish the onboarding. */
  readonly pageKey: string;
  /** Of the identity that an approval creates. */
  readonly uuid: string;
  /** Whether somebody set the score. */
  readonly scored: boolean;
}

export interface Interviews {
  start(draft: InterviewDraft): KeptInterview;
  get(interviewId: string): KeptInterview | undefined;
  /** As `get`. @throws RangeError where there is none of this id. */
  find(interviewId: string): KeptInterview;
  ofPage(pageKey: string): KeptInterview | undefined;
  list(): readonly KeptInterview[];
  setScore(interview: KeptInterview, score: IncodeScore): void;
  /** Whether it was not finished before. */
  finish(interview: KeptInterview): boolean;
  approve(interview: KeptInterview): void;
}

/** An empty store. */
export function createInterviews(): Interviews {
  const kept = new Map<string, KeptInterview>();
  const idOfPage = new Map<string, string>();
  const get = (interviewId: string): KeptInterview | undefined => kept.get(interviewId);
  // What a caller holds may be old: a change is made to what is kept.
  const change = (id: string, changed: (current: KeptInterview) => Partial<KeptInterview>): void => {
    const current = kept.get(id);
    if (current !== undefined) kept.set(id, { ...current, ...changed(current) });
  };
  return {
    start: ({ redirectionUrl, externalCustomerId }) => {
      const interview: KeptInterview = {
        interviewId: randomBytes(12).toString('hex'),
        onboardingStatus: 'UNKNOWN',
        score: 'UNKNOWN',
        approvals: 0,
        redirectionUrl,
        externalCustomerId,
        pageKey: randomBytes(16).toString('hex'),
        uuid: randomBytes(12).toString('hex'),
        scored: false,
      };
      kept.set(interview.interviewId, interview);
      idOfPage.set(interview.pageKey, interview.interviewId);
      return interview;
    },
    get,
    find: (interviewId) => {
      const interview = get(interviewId);
      if (interview !== undefined) return interview;
      throw new RangeError(
        `interviewId: there is no interview ${JSON.stringify(interviewId)}. Start one by POST /omni/start.`,
      );
    },
    ofPage: (pageKey) => get(idOfPage.get(pageKey) ?? ''),
    list: () => [...kept.values()],
    setScore: ({ interviewId }, score) => change(interviewId, () => ({ score, scored: true })),
    finish: ({ interviewId }) => {
      if (get(interviewId)?.onboardingStatus !== 'UNKNOWN') return false;
      change(interviewId, ({ score, scored }) => ({
        onboardingStatus: 'ONBOARDING_FINISHED',
        score: scored ? score : 'OK',
      }));
      return true;
    },
    approve: ({ interviewId }) => change(interviewId, ({ approvals }) => ({ approvals: approvals + 1 })),
  };
}
