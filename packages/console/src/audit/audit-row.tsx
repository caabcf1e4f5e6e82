import type { AuditEntryView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { AUDIT } from '../words/audit.ts';

const TONES: Readonly<Record<AuditEntryView['kind'], Tone>> = {
  change: 'note',
  reveal: 'plain',
  refused: 'bad',
  'left-out': 'warn',
  pruned: 'plain',
  'key-changed': 'warn',
  unreadable: 'bad',
};

const FAILED = 400;

export function AuditRow({ entry }: { readonly entry: AuditEntryView }) {
  const { seq, kind, at, who, from, route, target = {}, status, code } = entry;
  return (
    <div className="event-row audit-row">
      <span className="when small soft">{at !== undefined && <Time at={at} show="clock" />}</span>
      <span className="main">
        <span className="line">
          <b>{route ?? AUDIT.kinds[kind]}</b>{' '}
          <StrangersText text={Object.values(target).join(' · ') || (sentenceOf(entry) ?? '')} />
        </span>
        <span className="line small soft">
          {who === undefined ? (
            AUDIT.nobody
          ) : (
            <StrangersText text={`${who.name}, ${who.role}, ${AUDIT.by(who.by)}`} />
          )}
          {from !== undefined && <> · {from}</>}
        </span>
      </span>
      <span className="notes small soft">
        <Badge tone={TONES[kind]}>{AUDIT.kinds[kind]}</Badge>
        {isCall(kind) &&
          (status === undefined ? (
            <Badge tone="warn">{AUDIT.underWay}</Badge>
          ) : (
            <Badge tone={status >= FAILED ? 'bad' : 'good'}>{code ?? AUDIT.status(status)}</Badge>
          ))}
        <span className="size" title={AUDIT.seqTitle}>
          {AUDIT.seq(seq)}
        </span>
      </span>
    </div>
  );
}

function isCall(kind: AuditEntryView['kind']): boolean {
  return kind === 'change' || kind === 'reveal' || kind === 'refused';
}

function sentenceOf({ kind, count = 0 }: AuditEntryView): string | undefined {
  switch (kind) {
    case 'left-out':
      return AUDIT.leftOut(count);
    case 'pruned':
      return AUDIT.pruned(count);
    case 'key-changed':
      return AUDIT.keyChanged;
    case 'unreadable':
      return AUDIT.unreadable;
    default:
      return undefined;
  }
}
