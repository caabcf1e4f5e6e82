/** Whether a gate enforces, and how a change from one proof to another goes. */
import type { GateView, MonitorView, OlderProofView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import { GATES } from '../words/gates.ts';
import { Bars } from './bars.tsx';
import { OlderProofSenders } from './older-proof-senders.tsx';
import { ShadowCard } from './shadow-card.tsx';

export function GateMode({ gate }: { readonly gate: GateView }) {
  const { mode } = GATES;
  const { monitors, olderProofs = [], olderProofSenders, shadow } = gate;
  return (
    <>
      <section className="card stack tight">
        <h2>{mode.title}</h2>
        {monitors === undefined ? <p>{mode.enforce}</p> : <Monitoring monitors={monitors} />}
        {olderProofs.length > 0 && (
          <>
            <h3>{mode.olderTitle}</h3>
            <ul className="plain-list">
              {olderProofs.map((older) => (
                <OlderProof key={older.proof} older={older} />
              ))}
            </ul>
            <OlderProofSenders of={olderProofSenders} />
          </>
        )}
      </section>
      {shadow !== undefined && <ShadowCard shadow={shadow} />}
    </>
  );
}

function Monitoring({ monitors: { now, until, letThrough } }: { readonly monitors: MonitorView }) {
  const { mode } = GATES;
  const hasLetThrough = Object.values(letThrough).some((count) => count > 0);
  return (
    <>
      <p className={now ? 'bad-text' : undefined}>{now ? mode.monitorNow : mode.monitorOver}</p>
      {now && until === undefined && <p>{mode.forever}</p>}
      {until !== undefined && (
        <p className="small soft">
          {mode.until} <Time at={until} />
        </p>
      )}
      <h3>{mode.letThrough}</h3>
      {hasLetThrough ? (
        <Bars label={mode.letThrough} counts={letThrough} tone="warn" />
      ) : (
        <p className="soft">{mode.letThroughNone}</p>
      )}
    </>
  );
}

function OlderProof({ older: { proof, isTaken, until } }: { readonly older: OlderProofView }) {
  const { mode } = GATES;
  return (
    <li className="row">
      <b>{proof}</b>
      <Badge tone={isTaken ? 'note' : 'plain'}>{isTaken ? mode.olderTaken : mode.olderOver}</Badge>
      <span className="small soft">
        <Time at={until} />
      </span>
    </li>
  );
}
