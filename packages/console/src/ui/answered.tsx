/** What a query answered, once it has; meanwhile that it is under way, or why it failed. */
import { AdminError } from '@countersign/api';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { UI } from '../words/ui.ts';
import { Button } from './button.tsx';
import { NoteBox } from './note-box.tsx';
import { Sentence } from './sentence.tsx';

export interface AnsweredProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

export function Answered<Data>({ query, children }: AnsweredProps<Data>) {
  const { data, error, isPending, refetch } = query;
  if (data !== undefined) return <>{children(data)}</>;
  if (isPending)
    return (
      <p role="status" className="soft">
        {UI.loading}
      </p>
    );
  return <Failure error={error} onAgain={() => void refetch()} />;
}

/** Why a call failed, and another try. */
export function Failure({ error, onAgain }: { readonly error: unknown; readonly onAgain?: () => void }) {
  return (
    <NoteBox tone="bad" role="alert">
      <p>
        <Sentence text={failureText(error)} />
      </p>
      {onAgain !== undefined && <Button onClick={onAgain}>{UI.again}</Button>}
    </NoteBox>
  );
}

/** A sentence: what the API said, or that it does not answer. */
export function failureText(error: unknown): string {
  if (!(error instanceof AdminError)) return UI.unreachable;
  const sentence = error.message.replace(/^the admin API answered \d+: /, '');
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}${/[.!?]$/.test(sentence) ? '' : '.'}`;
}
