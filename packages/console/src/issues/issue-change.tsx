/** Says that somebody is at work on an issue, that it is done, or that it is not. */
import { AdminError, type IssueChangeWord, type IssueView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api/client.ts';
import { callKey } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { ISSUES } from '../words/issues.ts';

/** What the API takes of a note. */
const MOST_CHARS = 500;

interface Asked extends Pick<Wanted, 'etag'> {
  readonly word: 'acknowledge' | 'close';
}

export interface IssueChangeProps {
  readonly issue: IssueView;
  /** Of the issue as it is shown. */
  readonly etag: string | undefined;
}

interface Wanted {
  readonly change: IssueChangeWord;
  /** Of the issue as it was when somebody began to say so: what others did meanwhile is not written over. */
  readonly etag: string | undefined;
  readonly note?: string | undefined;
}

export function IssueChange({ issue: { id, state, gate, destination }, etag }: IssueChangeProps) {
  const { change: words } = ISSUES.detail;
  const [asked, setAsked] = useState<Asked>();
  const [note, setNote] = useState('');
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ change: word, note: text, etag: ifMatch }: Wanted) =>
      client.call('changeIssue', { id, change: word, note: text }, { ifMatch }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: callKey('issue', { id }) });
      void queries.invalidateQueries({ queryKey: ['issues'] });
    },
  });
  const isLate = change.error instanceof AdminError && change.error.code === 'changed-meanwhile';
  const rule =
    destination !== undefined
      ? words.rule.destination
      : gate !== undefined
        ? words.rule.gate
        : words.rule.none;
  const confirm = ({ word, etag: begun }: Asked): void => {
    const text = note.trim();
    change.mutate({ change: word, note: text === '' ? undefined : text, etag: begun });
    setNote('');
  };
  return (
    <div className="stack tight">
      <div className="row">
        {state !== 'closed' && (
          <>
            <RoleButton
              needs="operator"
              kind={state === 'open' ? 'primary' : undefined}
              disabled={change.isPending}
              onClick={() => setAsked({ word: 'acknowledge', etag })}
            >
              {state === 'open' ? words.acknowledge : words.note}
            </RoleButton>
            <RoleButton
              needs="operator"
              disabled={change.isPending}
              onClick={() => setAsked({ word: 'close', etag })}
            >
              {words.close}
            </RoleButton>
          </>
        )}
        {state !== 'open' && (
          <RoleButton
            needs="operator"
            disabled={change.isPending}
            onClick={() => change.mutate({ change: 'reopen', etag })}
          >
            {words.reopen}
          </RoleButton>
        )}
        <span role="status" className="small soft">
          {change.isSuccess && words.done[change.variables.change]}
        </span>
      </div>
      {state !== 'closed' && <p className="small soft">{rule}</p>}
      {isLate && (
        <NoteBox tone="warn" role="alert">
          <p>{words.meanwhile}</p>
        </NoteBox>
      )}
      {change.isError && !isLate && <Failure error={change.error} />}
      {asked !== undefined && (
        <NoteDialog
          word={asked.word}
          note={note}
          onNote={setNote}
          onConfirm={() => confirm(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

interface NoteDialogProps extends Pick<Asked, 'word'> {
  readonly note: string;
  readonly onNote: (note: string) => void;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function NoteDialog({ word, note, onNote, onConfirm, onClose }: NoteDialogProps) {
  const { change: words } = ISSUES.detail;
  const title = word === 'close' ? words.closeTitle : words.acknowledgeTitle;
  return (
    <ConfirmDialog title={title} confirm={title} onConfirm={onConfirm} onClose={onClose}>
      <p>{word === 'close' ? words.closeText : words.acknowledgeText}</p>
      <Field
        label={words.noteLabel}
        hint={`${words.noteHint(MOST_CHARS - note.length)} · ${words.noteMissing}`}
      >
        <textarea
          value={note}
          maxLength={MOST_CHARS}
          onChange={({ target }) => onNote(target.value.replaceAll(/[^\P{Cc}\n]/gu, ' '))}
        />
      </Field>
    </ConfirmDialog>
  );
}
