/** Where an address leads nowhere, and where a page fails. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Page } from '../ui/page.tsx';
import { SHELL } from '../words/shell.ts';

export function NotFoundPage() {
  const { title, text, back } = SHELL.notFound;
  return (
    <Page title={title}>
      <div className="stack">
        <p>{text}</p>
        <p>
          <Link to="/live">{back}</Link>
        </p>
      </div>
    </Page>
  );
}

export function FailedPage({ error, reset }: ErrorComponentProps) {
  const { title, text, again } = SHELL.failed;
  return (
    <Page title={title}>
      <NoteBox tone="bad" role="alert">
        <p>{text}</p>
        <p className="mono">{error instanceof Error ? error.message : String(error)}</p>
        <div>
          <Button onClick={reset}>{again}</Button>
        </div>
      </NoteBox>
    </Page>
  );
}
