/** The first step: the next key, made here or by the sender, or one that is there. */
import type { GateKeysView, GateKeyView } from '@countersign/api';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { ROTATION } from '../words/keys.ts';
import { nextKeyId } from './rotation-steps.ts';
import { SenderSetUp } from './sender-set-up.tsx';
import { changeFailure, useKeyAdd } from './use-gate-keys.ts';

export interface AddStepProps {
  readonly gate: string;
  readonly old: GateKeyView;
  readonly view: GateKeysView;
  readonly provider: string;
  readonly mayChange: boolean;
  /** @param secret that was made, to be shown once */
  readonly onAdded: (id: string, secret: string | undefined) => void;
}

export function AddStep({ gate, old, view, provider, mayChange, onAdded }: AddStepProps) {
  const { add: words } = ROTATION;
  const [id, setId] = useState(() =>
    nextKeyId(
      view.keys.map((key) => key.id),
      new Date(),
    ),
  );
  const [isMade, setMade] = useState(true);
  const [secret, setSecret] = useState('');
  const add = useKeyAdd(gate);
  const others = view.keys.filter(
    (key) => key.id !== old.id && key.leftOut !== true && (key.state === 'next' || key.state === 'active'),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const material = isMade ? { generate: true } : { secret };
    add.mutate(Object.assign({ id, action: old.for?.action }, material), {
      onSuccess: (added) => onAdded(id, added.secret),
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{words.lead(old.id)}</p>
      <fieldset className="choices">
        <legend>{words.how}</legend>
        <label>
          <input type="radio" name="how" checked={isMade} onChange={() => setMade(true)} />
          <b>{words.generate}</b>
          <span className="small soft">{words.generateHint}</span>
        </label>
        <label>
          <input type="radio" name="how" checked={!isMade} onChange={() => setMade(false)} />
          <b>{words.paste}</b>
          <span className="small soft">{words.pasteHint}</span>
        </label>
      </fieldset>
      <SenderSetUp provider={provider} />
      <div className="narrow stack">
        {!isMade && (
          <Field label={words.secret} hint={words.secretHint}>
            <input
              type="password"
              autoComplete="off"
              required
              maxLength={65_536}
              value={secret}
              onChange={({ target }) => setSecret(target.value)}
            />
          </Field>
        )}
        <Field label={words.id} hint={words.idHint}>
          <input value={id} required maxLength={200} onChange={({ target }) => setId(target.value)} />
        </Field>
      </div>
      {add.isError && (
        <NoteBox tone="bad" role="alert">
          <p>{changeFailure(add.error)}</p>
        </NoteBox>
      )}
      <div className="row">
        <Button kind="primary" type="submit" disabled={!mayChange || add.isPending}>
          {words.submit}
        </Button>
      </div>
      {others.length > 0 && (
        <div className="stack tight">
          <h3>{words.existing}</h3>
          <div className="row">
            {others.map((key) => (
              <Button key={key.id} onClick={() => onAdded(key.id, undefined)}>
                {words.use(key.id)}
              </Button>
            ))}
          </div>
        </div>
      )}
    </form>
  );
}
