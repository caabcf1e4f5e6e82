/** An answer of an action, by its kind. Whatever it holds is shown as text. */
import { JsonTree } from '../request/json-tree.tsx';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { saveBytes } from '../ui/save-bytes.ts';
import { Scrolled } from '../ui/scrolled.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { ACTIONS } from '../words/actions.ts';
import type { Answer } from './answer-kind.ts';
import { AnswerTable } from './answer-table.tsx';
import { pageText } from './page-text.ts';
import '../request/body-view.css';

export interface AnswerViewProps {
  readonly answer: Answer;
  /** Its length. */
  readonly bytes: number;
}

export function AnswerView({ answer, bytes }: AnswerViewProps) {
  const { result: words } = ACTIONS;
  switch (answer.kind) {
    case 'empty':
      return <p className="soft">{words.forms.empty}</p>;
    case 'redirect':
      return (
        <p>
          <StrangersText text={words.forms.redirect(answer.to)} />
        </p>
      );
    case 'file':
      return (
        <p className="row">
          <span>{words.forms.file}</span>
          <span className="mono">
            <StrangersText text={answer.name} />
          </span>
          <span className="soft small">{words.bytes(bytes)}</span>
          <Button onClick={() => saveBytes(answer.bytes, answer.name)}>{words.download}</Button>
        </p>
      );
    case 'page':
      return (
        <>
          <p className="small soft">{words.forms.page}</p>
          <Text text={pageText(answer.text)} label={words.pageLabel} />
          <details>
            <summary className="small soft">{words.showSource}</summary>
            <Text text={answer.text} label={words.source} />
          </details>
        </>
      );
    case 'table':
      return <AnswerTable columns={answer.columns} rows={answer.rows} />;
    case 'json':
      return (
        <>
          <Said error={answer.error} />
          <JsonTree value={answer.value} />
        </>
      );
    case 'text':
      return (
        <>
          <Said error={answer.error} />
          {answer.text !== '' && <Text text={answer.text} label={words.textLabel} />}
        </>
      );
  }
}

function Said({ error }: { readonly error: string }) {
  if (error === '') return null;
  return (
    <NoteBox tone="bad">
      <p>
        <b>{ACTIONS.result.error}: </b>
        <StrangersText text={error} />
      </p>
    </NoteBox>
  );
}

function Text({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Scrolled label={label} className="body-text">
      <pre>
        <StrangersText text={text} />
      </pre>
    </Scrolled>
  );
}
