/** Who is logged in: one query that the whole console goes by. */
import { hasRole, type LoggedInView, type LogInInput, type Role } from '@countersign/api';
import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, rememberCsrfToken } from './client.ts';

/** Not a route's name: what the routes remember is forgotten with the session, this is not. */
const KEY = ['session'];

/** Null where nobody is logged in. That is asked first: a browser notes each 401 as an error of the page. */
async function askWho(): Promise<LoggedInView | null> {
  const { isLoggedIn } = await client.call('logInWays');
  if (!isLoggedIn) return null;
  const view = await client.call('loggedIn');
  rememberCsrfToken(view.csrf);
  return view;
}

/** Null where nobody is logged in. */
export function useSession(): UseQueryResult<LoggedInView | null> {
  return useQuery({ queryKey: KEY, queryFn: askWho, retry: false, staleTime: Number.POSITIVE_INFINITY });
}

/** @throws AdminError where name and password, token or code are wrong, or too many tries failed */
export async function logIn(queries: QueryClient, input: LogInInput): Promise<void> {
  const view = await client.call('logIn', input);
  rememberCsrfToken(view.csrf);
  // What somebody else saw is nobody's business. The session's own query stays: those who watch it would not hear of another.
  queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== KEY[0] });
  // An answer that is still on its way is of before.
  await queries.cancelQueries({ queryKey: KEY });
  queries.setQueryData(KEY, view);
}

export async function logOut(): Promise<void> {
  await client.call('logOut');
  sessionEnded();
}

/** Shows the log-in again, where an answer says that the session is over. */
export function sessionEnded(): void {
  // The page is drawn anew without a session, at the same address.
  location.reload();
}

/** Whether who is logged in may do what wants this role. */
export function useMay(role: Role): boolean {
  const queries = useQueryClient();
  const view = queries.getQueryData<LoggedInView | null>(KEY);
  return view != null && hasRole(view.role, role);
}
