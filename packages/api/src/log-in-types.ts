/** Who is logged in, on the wire. */
import type { Role } from './role.ts';

/** How one can log in. */
export const LOG_IN_WAYS: readonly ['password', 'oidc', 'token'] = ['password', 'oidc', 'token'];

export type LogInWay = (typeof LOG_IN_WAYS)[number];

export interface LogInWaysView {
  readonly ways: readonly LogInWay[];
  /** Whether the cookie of the request is a session’s. */
  readonly isLoggedIn: boolean;
}

/** Name and password; or the bearer token; or the code of a log-in link, which is good once. */
export interface LogInInput {
  readonly name?: string;
  readonly password?: string;
  readonly token?: string;
  readonly code?: string;
}

export interface LoggedInView {
  readonly name: string;
  readonly role: Role;
  readonly by: LogInWay;
  /** Goes with each change that the session makes, in the header `countersign-csrf`. Absent where the caller has no session. */
  readonly csrf?: string;
  /** When the session ends at the latest: RFC 3339. Absent where the caller has no session. */
  readonly expiresAt?: string;
}

export interface LoggedOutView {
  readonly loggedOut: true;
}

/** The header that shows that a page of the listener itself asks, and no other site's. */
export const CSRF_HEADER = 'countersign-csrf';
