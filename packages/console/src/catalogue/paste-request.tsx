/** Takes a request that somebody captured, in the forms in which tools show them. */
import { InputError, readRequest } from '@countersign/core/internal/request-input';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { UI } from '../words/ui.ts';
import { type Bench, fieldsOf } from './bench.ts';

export interface PasteRequestProps {
  readonly onTake: (fields: Partial<Bench>) => void;
  readonly onClose: () => void;
}

const MOST_CHARS = 1024 * 1024;

export function PasteRequest({ onTake, onClose }: PasteRequestProps) {
  const { playground: words } = CATALOGUE;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    try {
      onTake(fieldsOf(readRequest(new TextEncoder().encode(text)).request));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      setProblem(`${error.message}. ${error.remedy}`);
    }
  };
  return (
    <Dialog label={words.pasteTitle} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <h2>{words.pasteTitle}</h2>
        <Field label={words.pasteLabel}>
          <textarea
            required
            spellCheck={false}
            maxLength={MOST_CHARS}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </Field>
        {problem !== undefined && (
          <NoteBox tone="bad" role="alert">
            <p>
              <Sentence text={problem} />
            </p>
          </NoteBox>
        )}
        <div className="row">
          <Button kind="primary" type="submit">
            {words.pasteTake}
          </Button>
          <Button onClick={onClose}>{UI.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
