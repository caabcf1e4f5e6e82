/** The third step: the new key is the gate's own, the old one ends at a date. */
import type { GateKeyView } from '@countersign/api';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { localTime, timeOf } from '../ui/local-time.ts';
import { NoteBox } from '../ui/note-box.tsx';
import { Time } from '../ui/time.tsx';
import { ROTATION } from '../words/keys.ts';
import { SafeToRetire } from './safe-to-retire.tsx';
import { changeFailure, type KeyChangeOf, useKeyChange } from './use-gate-keys.ts';

export interface RetireStepProps {
  readonly gate: string;
  readonly old: GateKeyView;
  readonly next: GateKeyView;
  readonly mayChange: boolean;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** Senders that try again for days are through by then. */
const ENDS_AFTER_MS = 7 * 24 * 3_600_000;

export function RetireStep({ gate, old, next, mayChange, onBack, onNext }: RetireStepProps) {
  const { retire: words } = ROTATION;
  const [until, setUntil] = useState(() => localTime(new Date(Date.now() + ENDS_AFTER_MS).toISOString()));
  const change = useKeyChange(gate);
  const isOver = old.state === 'retiring' || old.state === 'revoked';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const activate: readonly KeyChangeOf[] =
      next.state === 'active' ? [] : [{ key: next.id, change: 'activate' }];
    change.mutate([...activate, { key: old.id, change: 'retire', until: timeOf(until) }]);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{words.lead(old.id, next.id)}</p>
      <SafeToRetire of={old} />
      {isOver ? (
        <NoteBox tone="good" role="status">
          <p>
            {words.done(old.id)}{' '}
            {old.until !== undefined && (
              <>
                {words.ends} <Time at={old.until} />
              </>
            )}
          </p>
        </NoteBox>
      ) : (
        <div className="narrow">
          <Field label={words.until} hint={words.untilHint}>
            <input
              type="datetime-local"
              required
              value={until}
              onChange={({ target }) => setUntil(target.value)}
            />
          </Field>
        </div>
      )}
      {change.isError && (
        <NoteBox tone="bad" role="alert">
          <p>{changeFailure(change.error)}</p>
        </NoteBox>
      )}
      <div className="row">
        {isOver ? (
          <Button kind="primary" onClick={onNext}>
            {ROTATION.next}
          </Button>
        ) : (
          <Button kind="primary" type="submit" disabled={!mayChange || change.isPending}>
            {words.submit(old.id)}
          </Button>
        )}
        <Button onClick={onBack}>{ROTATION.back}</Button>
      </div>
    </form>
  );
}
