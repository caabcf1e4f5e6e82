/** All of an entry of the audit log. */
import type { AuditEntryView, AuditValues } from '@countersign/api';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { AUDIT } from '../words/audit.ts';
import { UI } from '../words/ui.ts';

export interface AuditEntryDialogProps {
  readonly entry: AuditEntryView;
  readonly onClose: () => void;
}

export function AuditEntryDialog({ entry, onClose }: AuditEntryDialogProps) {
  const { detail: words } = AUDIT;
  const { seq, kind, at, endedAt, who, from, route, status, code, target, input, count } = entry;
  const fact = (name: string, value: ReactNode | undefined) =>
    value === undefined ? undefined : { name, value };
  const isFile = who?.by === 'file';
  return (
    <Dialog label={words.title(seq)} onClose={onClose}>
      <div className="stack">
        <h2>{words.title(seq)}</h2>
        <Facts
          facts={[
            fact(words.kind, AUDIT.kinds[kind]),
            fact(words.route, route),
            fact(words.at, at === undefined ? undefined : <Time at={at} />),
            fact(words.ended, endedAt === undefined ? undefined : <Time at={endedAt} />),
            fact(
              words.who,
              who === undefined ? (
                AUDIT.nobody
              ) : (
                <StrangersText text={isFile ? words.file : `${who.name}, ${AUDIT.by(who.by)}`} />
              ),
            ),
            fact(words.role, who?.role),
            fact(words.from, from),
            fact(words.status, status),
            fact(words.code, code),
            fact(words.target, valuesOf(target)),
            fact(words.input, valuesOf(input)),
            fact(words.count, count?.toLocaleString('en')),
          ]}
        />
        {(kind === 'change' || kind === 'reveal') && status === undefined && <p>{words.noEnd}</p>}
        <div>
          <Button onClick={onClose}>{UI.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function valuesOf(values: AuditValues | undefined): ReactNode | undefined {
  if (values === undefined || Object.keys(values).length === 0) return undefined;
  return (
    <ul className="audit-values">
      {Object.entries(values).map(([name, value]) => (
        <li key={name} className="mono">
          <StrangersText text={`${name}: ${String(value)}`} />
        </li>
      ))}
    </ul>
  );
}
