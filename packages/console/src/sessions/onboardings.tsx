/** The onboardings that a broker has had to do with lately. */
import type { OnboardingView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { SESSIONS } from '../words/sessions.ts';

const TONES: Readonly<Record<OnboardingView['state'], Tone>> = {
  started: 'plain',
  asked: 'plain',
  finished: 'note',
  approved: 'good',
  declined: 'warn',
  unconfirmed: 'bad',
  failed: 'bad',
};

export interface OnboardingsProps {
  readonly session: string;
  readonly onboardings: readonly OnboardingView[];
}

export function Onboardings({ session, onboardings }: OnboardingsProps) {
  const { onboardings: words } = SESSIONS;
  const { columns } = words;
  return (
    <section className="stack tight">
      <h3>{words.title}</h3>
      {onboardings.length === 0 ? (
        <p className="soft">{words.none}</p>
      ) : (
        <>
          <Table
            label={words.label(session)}
            isStacked
            columns={[columns.id, columns.state, columns.status, columns.started, columns.seen]}
          >
            {onboardings.map(({ idEnd, state, status, startedAt, seenAt }) => (
              <tr key={`${idEnd} ${startedAt} ${seenAt}`}>
                <td className="mono" data-name={columns.id}>
                  …{idEnd}
                </td>
                <td data-name={columns.state}>
                  <Badge tone={TONES[state]}>{words.states[state]}</Badge>
                </td>
                <td className="mono" data-name={columns.status}>
                  {status ?? words.notAsked}
                </td>
                <td data-name={columns.started}>
                  {startedAt === undefined ? words.before : <Time at={startedAt} />}
                </td>
                <td data-name={columns.seen}>
                  <Time at={seenAt} />
                </td>
              </tr>
            ))}
          </Table>
          <p className="small soft">{words.note}</p>
        </>
      )}
    </section>
  );
}
