/** The last requests that a key proved, as far as this window has seen them: who sends by it. */
import { Link } from '@tanstack/react-router';
import { useLive } from '../live/live-context.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { ROTATION } from '../words/keys.ts';

const SHOWN = 5;

export interface KeyRequestsProps {
  readonly gate: string;
  readonly keyId: string;
}

export function KeyRequests({ gate, keyId }: KeyRequestsProps) {
  const { watch: words } = ROTATION;
  const { rows } = useLive();
  const last = rows
    .flatMap((row) =>
      row.kind === 'verdict' && row.view.gate === gate && row.view.keyId === keyId ? [row] : [],
    )
    .slice(-SHOWN)
    .reverse();
  if (last.length === 0) return <p className="small soft">{words.stillNone(keyId)}</p>;
  return (
    <section className="stack tight">
      <h3>{words.still(keyId)}</h3>
      <ul className="plain-list key-requests">
        {last.map(({ number, view: { requestId, time, method, path } }) => (
          <li key={number}>
            <span className="small soft">
              <Time at={time} show="clock" />
            </span>
            <Link to="/requests/$id" params={{ id: requestId }} className="mono">
              <StrangersText text={`${method} ${path}`} />
            </Link>
            <span className="small soft mono">{requestId}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
