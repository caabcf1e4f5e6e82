/** Which gateway this is, and whether it is well. */
import { useCall } from '../api/use-call.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { Time } from '../ui/time.tsx';
import { SETTINGS } from '../words/settings.ts';
import { buildOf } from './build-info.ts';

const EVERY_MS = 5_000;

export function AboutTab() {
  const { about: words } = SETTINGS;
  const metrics = useCall('metrics', {});
  const health = useCall('health', {}, { everyMs: EVERY_MS });
  const ready = useCall('ready', {}, { everyMs: EVERY_MS });
  return (
    <div className="stack settings">
      <section className="card stack tight">
        <Answered query={metrics}>
          {(text) => {
            const { version, node, startedMs } = buildOf(text);
            return (
              <Facts
                facts={[
                  { name: words.version, value: version },
                  { name: words.node, value: node },
                  startedMs === undefined
                    ? undefined
                    : { name: words.started, value: <Time at={startedMs} /> },
                  health.data && {
                    name: words.health,
                    value: (
                      <State
                        isGood={health.data.status === 'healthy'}
                        good={words.healthy}
                        of={health.data}
                      />
                    ),
                  },
                  ready.data && {
                    name: words.ready,
                    value: (
                      <State isGood={ready.data.status === 'ready'} good={words.isReady} of={ready.data} />
                    ),
                  },
                  { name: words.metrics, value: words.metricsText },
                ]}
              />
            );
          }}
        </Answered>
      </section>
    </div>
  );
}

interface StateProps {
  readonly isGood: boolean;
  readonly good: string;
  readonly of: { readonly status: string; readonly reason?: string };
}

function State({ isGood, good, of: { status, reason } }: StateProps) {
  return (
    <>
      <Badge tone={isGood ? 'good' : 'bad'}>{isGood ? good : status}</Badge> {reason}
    </>
  );
}
