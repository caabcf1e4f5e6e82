/** Changes one key, after saying what that does. */
import { AdminError, type GateKeyView, type KeyChange } from '@countersign/api';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { timeOf } from '../ui/local-time.ts';
import { NoteBox } from '../ui/note-box.tsx';
import { KEYS } from '../words/keys.ts';
import { UI } from '../words/ui.ts';
import { changesOf } from './key-state.ts';
import { changeFailure, useKeyChange } from './use-gate-keys.ts';

export interface KeyDialogProps {
  readonly gate: string;
  readonly view: GateKeyView;
  readonly onClose: () => void;
}

export function KeyDialog({ gate, view, onClose }: KeyDialogProps) {
  const [changes] = useState(() => changesOf(view));
  const [change, setChange] = useState<KeyChange>(changes[0] ?? 'revoke');
  const [until, setUntil] = useState('');
  const [isForced, setForced] = useState(false);
  const keyChange = useKeyChange(gate);
  const { id } = view;
  const forceText = forceTextOf(keyChange.error);
  const hasEnd = change !== 'revoke' && change !== 'remove';
  const isGrave = !hasEnd;
  const submit = (): void =>
    keyChange.mutate(
      [{ key: id, change, until: hasEnd ? timeOf(until) : undefined, force: isForced || undefined }],
      {
        onSuccess: onClose,
      },
    );
  return (
    <Dialog label={KEYS.more(id)} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2>{KEYS.more(id)}</h2>
        <fieldset className="choices">
          <legend className="visually-hidden">{KEYS.columns.actions}</legend>
          {changes.map((each) => (
            <label key={each}>
              <input type="radio" name="change" checked={each === change} onChange={() => setChange(each)} />
              <b>{KEYS.changes[each]}</b>
              <span className="small soft">{sentenceOf(each, view)}</span>
            </label>
          ))}
        </fieldset>
        {hasEnd && (
          <Field label={KEYS.ends} hint={KEYS.endsHint}>
            <input type="datetime-local" value={until} onChange={({ target }) => setUntil(target.value)} />
          </Field>
        )}
        {keyChange.isError && (
          <NoteBox tone="bad" role="alert">
            <p>{changeFailure(keyChange.error)}</p>
          </NoteBox>
        )}
        {(forceText !== undefined || isForced) && (
          <label className="check">
            <input type="checkbox" checked={isForced} onChange={({ target }) => setForced(target.checked)} />
            <span>{forceText ?? KEYS.force}</span>
          </label>
        )}
        <div className="row">
          <Button kind={isGrave ? 'danger' : 'primary'} type="submit" disabled={keyChange.isPending}>
            {KEYS.changes[change]}
          </Button>
          <Button onClick={onClose}>{UI.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function sentenceOf(change: KeyChange, { id, hitsLastDay }: GateKeyView): string {
  return change === 'revoke' ? KEYS.asks.revoke(id, hitsLastDay) : KEYS.asks[change](id);
}

/** What to agree to where the gateway refused for the operator's own good. */
function forceTextOf(error: unknown): string | undefined {
  if (!(error instanceof AdminError)) return undefined;
  if (error.code === 'last-usable-key') return KEYS.force;
  return error.code === 'key-revoked' ? KEYS.forceRevoked : undefined;
}
