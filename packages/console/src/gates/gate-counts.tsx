/** What came to a gate since the start, and why the rest was refused. */
import type { GateView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { GATES } from '../words/gates.ts';
import { Bars } from './bars.tsx';

export function GateCounts({ gate }: { readonly gate: GateView }) {
  const { counts: words } = GATES;
  const { accepted, refused, handshakes, refusedBy } = gate.counts;
  const whole = accepted + refused + handshakes;
  return (
    <section className="card stack tight">
      <h2>{words.title}</h2>
      <dl className="figures">
        <Figure name={words.accepted} value={accepted} tone="good" />
        <Figure name={words.refused} value={refused} tone={refused > 0 ? 'bad' : undefined} />
        {handshakes > 0 && <Figure name={words.handshakes} value={handshakes} />}
      </dl>
      {whole === 0 ? (
        <p className="soft">{words.nothing}</p>
      ) : refused === 0 ? (
        <p className="soft">{words.none}</p>
      ) : (
        <>
          <h3>{words.reasons}</h3>
          <Bars label={words.reasons} counts={refusedBy} tone="bad" />
        </>
      )}
      <p className="row small">
        <Link to="/live" search={{ gate: gate.name }}>
          {words.live}
        </Link>
        {gate.keepsRefused !== undefined && (
          <Link to="/events" search={{ gate: gate.name, show: 'refused' }}>
            {words.kept}
          </Link>
        )}
      </p>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: number;
  readonly tone?: 'good' | 'bad' | undefined;
}

function Figure({ name, value, tone }: FigureProps) {
  return (
    <div data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en')}</dd>
    </div>
  );
}
