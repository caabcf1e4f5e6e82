/** Keeps the page's address, filters and all, under a name. */
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { SHELL } from '../words/shell.ts';
import { UI } from '../words/ui.ts';
import { saveView } from './saved-views.ts';

export function SaveView() {
  const { href } = useLocation();
  const [name, setName] = useState<string>();
  const [isSaved, setSaved] = useState(false);
  const close = (): void => setName(undefined);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name === undefined || name.trim() === '') return;
    saveView({ name: name.trim(), to: href });
    setSaved(true);
    close();
  };
  return (
    <>
      <Button onClick={() => setName('')}>{SHELL.views.save}</Button>
      <span role="status" className="small soft">
        {isSaved && SHELL.views.saved}
      </span>
      {name !== undefined && (
        <Dialog label={SHELL.views.save} onClose={close}>
          <form className="stack" onSubmit={submit}>
            <Field label={SHELL.views.name}>
              <input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            </Field>
            <div className="row">
              <Button kind="primary" type="submit">
                {SHELL.views.save}
              </Button>
              <Button onClick={close}>{UI.cancel}</Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
