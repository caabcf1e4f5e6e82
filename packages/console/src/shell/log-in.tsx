/** Lets nobody see a page who is not logged in. The address stays, so that a link leads on after the log-in. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { logIn, useSession } from '../api/session.ts';
import { Failure } from '../ui/answered.tsx';
import { SHELL } from '../words/shell.ts';
import { LogInPage } from './log-in-page.tsx';

/** A link of the gateway's own: `/login#CODE`, good once. */
const LINK = { path: '/login', code: /^#([\w-]{20,100})$/ };

export function LogInGate({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const link = useLogInLink();
  if (link === 'trying') return <Waiting />;
  if (session.data === null) return <LogInPage isLinkUsed={link === 'used'} />;
  if (session.data !== undefined) return children;
  if (session.isPending) return <Waiting />;
  return (
    <div className="log-in">
      <main>
        <Failure error={session.error} onAgain={() => void session.refetch()} />
      </main>
    </div>
  );
}

function Waiting() {
  return (
    <div className="log-in">
      <p role="status" className="soft">
        {SHELL.logIn.checking}
      </p>
    </div>
  );
}

type LinkState = 'none' | 'trying' | 'used';

/** Logs in by the code of the address, once, and takes it out of the address: no history keeps it. */
function useLogInLink(): LinkState {
  const queries = useQueryClient();
  const [code] = useState(() =>
    location.pathname === LINK.path ? LINK.code.exec(location.hash)?.[1] : undefined,
  );
  const [state, setState] = useState<LinkState>(code === undefined ? 'none' : 'trying');
  useEffect(() => {
    if (location.pathname !== LINK.path) return;
    history.replaceState(null, '', '/');
    if (code === undefined) return;
    logIn(queries, { code })
      .then(() => setState('none'))
      .catch(() => setState('used'));
  }, [code, queries]);
  return state;
}
