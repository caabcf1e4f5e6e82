/** Rows of the route table: who is logged in, for browsers. */
import type { TextField } from './fields.ts';
import type { LoggedInView, LoggedOutView, LogInInput, LogInWaysView } from './log-in-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type LogInApi = {
  readonly logInWays: { readonly reply: LogInWaysView };
  readonly logIn: { readonly body: LogInInput; readonly reply: LoggedInView; readonly cookies: true };
  readonly loggedIn: { readonly reply: LoggedInView };
  readonly logOut: { readonly reply: LoggedOutView; readonly cookies: true };
  readonly startOidc: { readonly query: { readonly to?: string }; readonly reply: string };
  readonly finishOidc: { readonly reply: string };
};

const ANY: TextField = { kind: 'text', pattern: /^.{0,1024}$/su, mustBe: 'at most 1024 characters' };
/** A path of the console: no browser takes it for another host. */
const PATH: TextField = {
  kind: 'text',
  pattern: /^\/(?![/\\])[\x21-\x7e]{0,999}$/,
  mustBe: 'a path, such as /live',
};
const PAGE = { text: 'text/html; charset=utf-8' } as const;

export const LOG_IN_ROUTES: RouteTable<LogInApi> = {
  logInWays: {
    ...GET,
    path: '/api/session/ways',
    auth: false,
    answers:
      'how one can log in: `password` if there are users, `oidc` if a provider is configured, `token` always; and whether the caller’s cookie is a session’s',
  },
  logIn: {
    ...POST,
    path: '/api/session',
    auth: false,
    // Anybody may try: the audit log has who was let in, and who was not.
    readsOnly: true,
    maxBodyBytes: 16_384,
    body: {
      name: { ...ANY, optional: true },
      password: { ...ANY, secret: true, optional: true },
      token: { ...ANY, secret: true, optional: true },
      code: { ...ANY, secret: true, optional: true },
    },
    answers:
      'who is logged in now, and sets the session’s cookie: by `name` and `password`, by `token`, the bearer token, or by `code`, that of a log-in link of the gateway, which is good once. 401 if they are wrong, 429 if too many tries failed',
  },
  loggedIn: {
    ...GET,
    path: '/api/session',
    answers:
      'who the caller is; to a session’s cookie also `csrf` and `expiresAt`. 401 if nobody is logged in',
  },
  logOut: {
    ...POST,
    method: 'DELETE',
    path: '/api/session',
    role: 'viewer',
    // Nobody stays logged in because the audit log cannot be written; it has who has logged out.
    readsOnly: true,
    answers: '`{ loggedOut: true }`: ends the session of the cookie, and its streams',
  },
  startOidc: {
    ...GET,
    path: '/api/session/oidc',
    auth: false,
    query: { to: { ...PATH, optional: true } },
    reply: PAGE,
    statuses: [303],
    answers:
      'for a browser: sends it to the OpenID Connect provider to log in; afterwards it gets to the path `to`, otherwise to `/`',
  },
  finishOidc: {
    ...GET,
    path: '/api/session/oidc/callback',
    auth: false,
    reply: PAGE,
    answers: 'for a browser that comes back from the provider: sets the session’s cookie and moves on',
  },
};
