/** Judges a text as if it were the file. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { SETTINGS } from '../words/settings.ts';
import { ConfigReport } from './config-report.tsx';

const MAX_CHARS = 65_536;

export function ConfigDraft() {
  const { configuration: words } = SETTINGS;
  const [text, setText] = useState('');
  const validation = useMutation({ mutationFn: () => call('validateConfig', { text }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    validation.mutate();
  };
  return (
    <section className="card">
      <form className="stack tight" onSubmit={submit}>
        <h2>{words.draftTitle}</h2>
        <p className="soft">{words.draftLead}</p>
        <Field label={words.draft}>
          <textarea
            spellCheck={false}
            required
            maxLength={MAX_CHARS}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </Field>
        <div>
          <Button type="submit" disabled={validation.isPending}>
            {words.draftSubmit}
          </Button>
        </div>
        {validation.isError && <Failure error={validation.error} />}
        {validation.data !== undefined && <ConfigReport report={validation.data} />}
      </form>
    </section>
  );
}
