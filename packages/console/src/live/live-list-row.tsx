/** One row of the live list: when, what became of it, what it was, and in a second line why. */
import type { LiveAttemptView, VerdictView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { keyName } from '../words/key-name.ts';
import { LIVE } from '../words/live.ts';
import type { LiveRow, VerdictRow } from './live-row.ts';

const TONES: Readonly<Record<VerdictView['verdict'], Tone>> = {
  accepted: 'good',
  refused: 'bad',
  handshake: 'note',
  unsigned: 'plain',
};

const ATTEMPT_TONES: Readonly<Record<LiveAttemptView['delivery']['state'], Tone>> = {
  delivered: 'good',
  waiting: 'warn',
  dead: 'bad',
  cancelled: 'plain',
};

export function LiveListRow({ row }: { readonly row: LiveRow }) {
  if (row.kind === 'lost') return <p className="live-lost">{LIVE.lost(row.count)}</p>;
  return row.kind === 'verdict' ? <RequestRow row={row} /> : <AttemptRow view={row.view} />;
}

function RequestRow({ row: { view, finding } }: { readonly row: VerdictRow }) {
  const { gate, session, verdict, method, path, status, durationMs } = view;
  return (
    <div className="live-row" data-verdict={verdict}>
      <span className="when small soft">
        <Time at={view.time} show="clock" />
      </span>
      <span className="what">
        <Badge tone={TONES[verdict]}>{LIVE.verdicts[verdict]}</Badge>
      </span>
      <span className="main">
        <span className="line">
          <b>{gate ?? session ?? LIVE.noGate}</b>{' '}
          <span className="mono">
            <StrangersText text={`${method} ${path}`} />
          </span>
        </span>
        <span className="line small soft">{<Sentence text={whyOf(view, finding?.sentence)} />}</span>
      </span>
      <span className="figures small soft">
        <span className="mono">{status}</span>
        <span>{LIVE.ms(durationMs)}</span>
      </span>
    </div>
  );
}

/** The cause, else the step’s own message. */
function whyOf(
  { verdict, reason, message, keyId, tenant, claim }: VerdictView,
  cause: string | undefined,
): string {
  if (verdict === 'refused') return `${reason ?? ''}: ${cause ?? message ?? ''}`.replace(/: $/, '');
  if (claim === 'repeat') return LIVE.repeat;
  return keyId === undefined || keyId === '' ? '' : LIVE.key(keyName({ keyId, tenant }));
}

function AttemptRow({ view: { time, gate, delivery } }: { readonly view: LiveAttemptView }) {
  const { destination, attempt, code, status, problem, tookMs, state, type } = delivery;
  return (
    <div className="live-row">
      <span className="when small soft">
        <Time at={time} show="clock" />
      </span>
      <span className="what">
        <Badge tone={ATTEMPT_TONES[state]}>{LIVE.attempt[state]}</Badge>
      </span>
      <span className="main">
        <span className="line">
          <b>{gate}</b> {LIVE.attempt.to(destination, attempt)}
        </span>
        <span className="line small soft">
          <Sentence text={problem === undefined ? (type ?? '') : `${code}: ${problem}`} />
        </span>
      </span>
      <span className="figures small soft">
        <span className="mono">{status ?? ''}</span>
        <span>{LIVE.ms(tookMs)}</span>
      </span>
    </div>
  );
}
