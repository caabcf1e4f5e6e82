/** Session brokers: whether their token is good, how old it is, why it could not be had, and whom they have onboarded lately. */
import { useMay } from '../api/session.ts';
import { useCall } from '../api/use-call.ts';
import { Answered, Failure } from '../ui/answered.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SESSIONS } from '../words/sessions.ts';
import { SessionCard } from './session-card.tsx';
import './sessions.css';

const EVERY_MS = 5_000;

export function SessionsPage() {
  const sessions = useCall('sessions', {}, { everyMs: EVERY_MS });
  const maySee = useMay('operator');
  const onboardings = useCall('onboardings', {}, { everyMs: EVERY_MS, enabled: maySee });
  const onboardingsOf = (name: string) =>
    onboardings.data?.find(({ session }) => session === name)?.onboardings;
  return (
    <Page title={SESSIONS.title} lead={SESSIONS.lead}>
      <Answered query={sessions}>
        {(all) =>
          all.length === 0 ? (
            <NoSessions />
          ) : (
            <>
              <div className="session-cards">
                {all.map((session) => (
                  <SessionCard
                    key={session.name}
                    session={session}
                    onboardings={onboardingsOf(session.name)}
                  />
                ))}
              </div>
              {!maySee && <p className="small soft">{SESSIONS.onboardings.forOperators}</p>}
              {onboardings.isError && <Failure error={onboardings.error} />}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function NoSessions() {
  return (
    <Empty title={SESSIONS.none}>
      <p>{SESSIONS.noneHint}</p>
      <div className="how-to-write">
        <Code text={SESSIONS.noneConfig} label={SESSIONS.noneLabel} />
      </div>
    </Empty>
  );
}
