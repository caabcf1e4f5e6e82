import type { OnboardingView, SessionView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { Time } from '../ui/time.tsx';
import { SESSIONS } from '../words/sessions.ts';
import { Onboardings } from './onboardings.tsx';

const TONES: Readonly<Record<SessionView['token']['state'], Tone>> = {
  none: 'plain',
  good: 'good',
  due: 'note',
  expired: 'warn',
  closed: 'plain',
};

export interface SessionCardProps {
  readonly session: SessionView;
  /** Undefined where its broker onboards nobody, and for who may not see them. */
  readonly onboardings: readonly OnboardingView[] | undefined;
}

/** A broker, its token, and whom it onboards. */
export function SessionCard({ session, onboardings }: SessionCardProps) {
  const { name, broker, at, token, lastFailure } = session;
  const { state, ageSeconds, expiresAt, failures } = token;
  const hasToken = state === 'good' || state === 'due' || state === 'expired';
  return (
    <section className="card stack tight" aria-label={name}>
      <header className="row">
        <h2>{name}</h2>
        <Badge tone={TONES[state]}>{SESSIONS.states[state].label}</Badge>
      </header>
      <p>{SESSIONS.states[state].says}</p>
      <Facts
        facts={[
          { name: SESSIONS.broker, value: broker },
          { name: SESSIONS.at, value: <span className="mono">{at}</span> },
          hasToken
            ? {
                name: SESSIONS.age,
                value: ageSeconds === undefined ? SESSIONS.ageUnknown : SESSIONS.age2(ageSeconds),
              }
            : undefined,
          expiresAt === undefined ? undefined : { name: SESSIONS.expires, value: <Time at={expiresAt} /> },
          { name: SESSIONS.failures, value: failures.toLocaleString('en') },
        ]}
      />
      {lastFailure !== undefined && (
        <NoteBox tone="bad">
          <p>
            <b>{SESSIONS.failed}: </b>
            <Sentence text={lastFailure.message} />
          </p>
          <p>
            <b>{SESSIONS.mend}: </b>
            {lastFailure.remedy}
          </p>
          <p className="small soft">
            <Time at={lastFailure.at} />
          </p>
        </NoteBox>
      )}
      {onboardings !== undefined && <Onboardings session={name} onboardings={onboardings} />}
    </section>
  );
}
