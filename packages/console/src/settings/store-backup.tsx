import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../api/session.ts';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/facts.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { SETTINGS } from '../words/settings.ts';

/** A copy of the store on the gateway's machine. */
export function StoreBackup() {
  const { store: words, bytes } = SETTINGS;
  const mayBackUp = useMay('admin');
  const [file, setFile] = useState('');
  const backup = useMutation({ mutationFn: () => call('backupStore', { file }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    backup.mutate();
  };
  return (
    <section className="card">
      <form className="stack tight" onSubmit={submit}>
        <h2>{words.backupTitle}</h2>
        <p className="soft">{words.backupLead}</p>
        <div className="narrow">
          <Field label={words.backupFile} hint={words.backupHint}>
            <input
              className="mono"
              required
              maxLength={1000}
              placeholder="/var/backups/countersign.db"
              value={file}
              onChange={({ target }) => setFile(target.value)}
            />
          </Field>
        </div>
        <div className="row">
          <Button type="submit" disabled={!mayBackUp || backup.isPending}>
            {words.backup}
          </Button>
          <span role="status" className="small soft">
            {backup.isPending && words.backingUp}
            {!mayBackUp && SETTINGS.needs(words.adminNeeded, 'admin')}
          </span>
        </div>
        {backup.isError && <Failure error={backup.error} />}
        {backup.data !== undefined && (
          <NoteBox tone="good" role="status">
            <p>{words.backedUp(backup.data.file, bytes(backup.data.bytes))}</p>
            <Facts facts={[{ name: words.sha256, value: <code>{backup.data.sha256}</code> }]} />
          </NoteBox>
        )}
      </form>
    </section>
  );
}
