/** Whether what is shown is what happens now. */
import { isLoggedOut } from '../api/client.ts';
import { sessionEnded } from '../api/session.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { LIVE } from '../words/live.ts';
import type { LiveSnapshot } from './live-store.ts';

export function ConnectionState({ live: { connection, hold, missed } }: { readonly live: LiveSnapshot }) {
  if (connection.state === 'ended')
    return isLoggedOut(connection.error) ? <LoggedOut /> : <Failure error={connection.error} />;
  const { connection: words } = LIVE;
  const isPaused = hold === 'paused';
  const text = {
    connecting: words.connecting,
    open: isPaused ? words.paused : words.open,
    broken: connection.state === 'broken' ? words.broken(Math.ceil(connection.againMs / 1000)) : '',
  }[connection.state];
  return (
    <span className="connection small" data-state={isPaused ? 'paused' : connection.state}>
      <span role="status">{text}</span>
      {/* Not told by a screen reader: it changes each frame. */}
      {isPaused && <span aria-live="off">{LIVE.missed(missed)}</span>}
    </span>
  );
}

/** Somebody may be reading the list: it stays until they log in. */
function LoggedOut() {
  const { loggedOut, logInAgain } = LIVE.connection;
  return (
    <NoteBox tone="warn" role="alert">
      <p>{loggedOut}</p>
      <div>
        <Button onClick={sessionEnded}>{logInAgain}</Button>
      </div>
    </NoteBox>
  );
}
