/** What the routes of sessions answer: log in, who is logged in, log out. */
import type { InputOf, LoggedInView, LogInApi } from '@countersign/api';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Log } from '../../log/log.ts';
import { MAX_PASSWORD_CHARS } from '../../passwords/argon2id.ts';
import type { Handlers } from '../admin-parts.ts';
import type { Caller } from '../caller.ts';
import { CookieReply } from '../cookie-reply.ts';
import { Problem } from '../problem.ts';
import type { Access } from './access.ts';
import { type Asker, UNKNOWN_ASKER } from './asker.ts';
import { createLogInAudit } from './log-in-audit.ts';
import type { LogIn, LogInSession } from './log-in-sessions.ts';
import { cookieField } from './session-cookie.ts';

/** What the app answers; the routes of OpenID Connect are for browsers, and answered before it. */
export type LogInRoutes = Omit<LogInApi, 'startOidc' | 'finishOidc'>;

export interface LogInParts {
  readonly access: Access;
  readonly audit: Pick<AuditLog, 'begin' | 'refused'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

export function createLogInHandlers({ access, audit, log }: LogInParts): Handlers<LogInRoutes> {
  const noted = createLogInAudit(audit, log);
  return {
    logInWays: (_input, _caller, _ifMatch, { session } = UNKNOWN_ASKER) => ({
      ways: access.ways(),
      isLoggedIn: session !== undefined,
    }),
    async logIn(input, _caller, _ifMatch, asker = UNKNOWN_ASKER) {
      const logIn = await judge(access, input, asker, log);
      if (logIn instanceof Problem) {
        const { name } = input;
        const user = name !== undefined && access.isUser(name) ? name : undefined;
        noted.refused('logIn', logIn, asker, user);
        return logIn;
      }
      const opened = await noted.opening('logIn', logIn, asker, () => openSession(access, logIn, asker));
      if (opened instanceof Problem) return opened;
      const { cookie, session } = opened;
      log.info(
        { name: logIn.name, by: logIn.by, role: logIn.role, client: asker.network },
        'somebody has logged in',
      );
      return new CookieReply(sessionView(session), [cookie]);
    },
    loggedIn: (_input, caller, _ifMatch, { session } = UNKNOWN_ASKER) =>
      session ? sessionView(session) : callerView(caller),
    async logOut(_input, caller, _ifMatch, asker = UNKNOWN_ASKER) {
      const { session, isHttps } = asker;
      if (session !== undefined) {
        access.sessions.end(session);
        await noted.ended(caller, asker);
      }
      const gone = cookieField('countersign-session', '', { isHttps, sameSite: 'Strict', maxAgeS: 0 });
      return new CookieReply({ loggedOut: true }, [gone]);
    },
  };
}

/** A session of its own for each log-in, so that nobody can bring one along; the cookie's former session ends. */
export function openSession(
  { sessions }: Pick<Access, 'sessions'>,
  logIn: LogIn,
  { session: former, isHttps }: Asker,
): { readonly cookie: string; readonly session: LogInSession } {
  if (former !== undefined) sessions.end(former);
  const { id, session } = sessions.open(logIn);
  const maxAgeS = Math.max(1, Math.floor((session.endsAtMs - session.startedAtMs) / 1000));
  return {
    cookie: cookieField('countersign-session', id, { isHttps, sameSite: 'Strict', maxAgeS }),
    session,
  };
}

/** One answer to whatever is wrong: nothing tells whether a name exists. */
async function judge(
  access: Access,
  input: InputOf<LogInApi['logIn']>,
  { network }: Asker,
  log: Pick<Log, 'warn'>,
): Promise<LogIn | Problem> {
  const { name, password, token, code } = input;
  const way = wayOf(input);
  if (way === undefined)
    return new Problem('invalid-input', 'the body has name and password, or token, or code');
  if (way === 'password' && !access.ways().includes('password'))
    return new Problem('log-in-not-offered', 'the gateway has no users: log in with the admin token');
  const counted = way === 'password' ? name : undefined;
  const waitMs = access.failures.waitMs(counted, network);
  if (waitMs > 0) return tooMany(waitMs);
  if (!access.checks.hasRoom())
    return new Problem('log-in-busy', 'too many log-ins are under way: try again in a moment', RETRY_SOON);
  access.failures.begin(counted, network);
  const logIn = await {
    password: () => access.byPassword(name ?? '', (password ?? '').slice(0, MAX_PASSWORD_CHARS)),
    token: () => access.byToken(token ?? ''),
    code: () => access.byCode(code ?? ''),
  }[way]();
  if (logIn !== undefined) {
    access.failures.succeed(counted, network);
    return logIn;
  }
  // Some type their password where the name should be: what nobody is called is not logged.
  const user = name !== undefined && access.isUser(name) ? { name } : {};
  log.warn({ ...user, client: network, by: way }, 'a log-in failed');
  return new Problem('log-in-refused', WRONG[way], ['www-authenticate', 'Bearer']);
}

type Way = 'password' | 'token' | 'code';

const WRONG: Readonly<Record<Way, string>> = {
  password: 'the name or the password is wrong',
  token:
    'this is not the gateway’s admin token; the right one is admin.token of its configuration or, if none is set there, the one that the gateway prints at each start',
  code: 'the link was used already, or is older than ten minutes',
};

/** Undefined where it is none of them, or more than one. */
function wayOf({ name, password, token, code }: InputOf<LogInApi['logIn']>): Way | undefined {
  const isWhole = name !== undefined && password !== undefined;
  const ways: Way[] = [];
  if (name !== undefined || password !== undefined) ways.push('password');
  if (token !== undefined) ways.push('token');
  if (code !== undefined) ways.push('code');
  return ways.length === 1 && (ways[0] !== 'password' || isWhole) ? ways[0] : undefined;
}

const RETRY_SOON: readonly string[] = ['retry-after', '2'];

function tooMany(waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem('too-many-log-ins', `too many log-ins failed: try again in ${seconds} s`, [
    'retry-after',
    String(seconds),
  ]);
}

function callerView({ name, role, by }: Caller): LoggedInView {
  return { name, role, by: by === 'nobody' ? 'token' : by };
}

function sessionView({ caller, csrf, endsAtMs }: LogInSession): LoggedInView {
  return { ...callerView(caller), csrf, expiresAt: new Date(endsAtMs).toISOString() };
}
