/** Who is logged in, and the way out. */
import { logOut, useSession } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { SHELL } from '../words/shell.ts';

export function Who() {
  const { data } = useSession();
  if (!data) return null;
  return (
    <div className="who">
      <span className="soft">{SHELL.loggedInAs(data.name, data.role)}</span>
      <Button kind="plain" onClick={() => void logOut()}>
        {SHELL.logOut}
      </Button>
    </div>
  );
}
