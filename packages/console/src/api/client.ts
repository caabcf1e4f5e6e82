/** The console's client of the admin API: the same as everybody's, with the session's cookie in place of a token. */
import { type AdminClient, AdminError, createAdminClient } from '@countersign/api';

let csrfToken: string | undefined;

/** What changes something shows it from now on: that this page asks, and no other site's. It comes with the session. */
export function rememberCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

export const client: AdminClient = createAdminClient({
  baseUrl: location.origin,
  csrf: () => csrfToken,
});

/** Whether an answer says that the request itself is at fault: another try would be answered the same. */
export function isRefused(error: unknown): boolean {
  return error instanceof AdminError && error.status >= 400 && error.status < 500;
}

/** Whether an answer says that nobody is logged in. */
export function isLoggedOut(error: unknown): boolean {
  return error instanceof AdminError && error.status === 401;
}
