/** Who may log in, and who is logged in: what the guard and the routes of sessions share. */
import { createHmac, randomBytes } from 'node:crypto';
import type { LogInWay } from '@countersign/api';
import type { AdminConfig, UserConfig } from '../../config/admin-config.ts';
import { equalTexts } from '../../equal-texts.ts';
import type { Log } from '../../log/log.ts';
import { requireArgon2 } from '../../passwords/argon2id.ts';
import { createPasswordChecks, type PasswordChecks } from '../../passwords/password-checks.ts';
import { HASH_COSTS, type PasswordHash, readPasswordHash } from '../../passwords/password-hash.ts';
import { digestOf } from './digest.ts';
import { createFailedLogIns, type FailedLogIns } from './failed-log-ins.ts';
import { createLogInCodes, type LogInCodes } from './log-in-codes.ts';
import { createLogInSessions, type LogIn, type LogInSessions } from './log-in-sessions.ts';
import { createOidcDoor, type OidcDoor } from './oidc-door.ts';

export interface Access {
  readonly sessions: LogInSessions;
  readonly failures: FailedLogIns;
  readonly checks: Pick<PasswordChecks, 'hasRoom'>;
  readonly oidc: OidcDoor;
  readonly codes: LogInCodes;
  ways(): readonly LogInWay[];
  /** Undefined where name and password are nobody's; it takes as long then. */
  byPassword(name: string, password: string): Promise<LogIn | undefined>;
  /** Undefined where the token is another. */
  byToken(token: string): LogIn | undefined;
  /** Undefined where the code is none, was used, or is too old. */
  byCode(code: string): LogIn | undefined;
  /** Whether a user has that name: for the log, never for an answer. */
  isUser(name: string): boolean;
  close(): void;
}

export interface AccessOptions {
  /** As it stands now: where it changes, sessions of users who are gone or have another password end. */
  readonly admin: () => AdminConfig;
  /** The bearer token. */
  readonly token: string;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Calls the OpenID Connect provider. */
  readonly fetch: typeof globalThis.fetch;
}

/** @throws SetupError where there are users, and this Node cannot check passwords */
export function createAccess({ admin, token, now, log, fetch }: AccessOptions): Access {
  if (admin().users.length > 0) requireArgon2('admin.users');
  const checks = createPasswordChecks();
  const codes = createLogInCodes(now);
  const dummyKey = randomBytes(32);
  const userOf = (name: string): UserConfig | undefined => admin().users.find((user) => user.name === name);
  /** Of a name that nobody has: costs what one of the users' costs, each time the same. */
  const dummyOf = (name: string): PasswordHash => {
    const digest = createHmac('sha256', dummyKey).update(name).digest();
    const { users } = admin();
    const like = users[users.length === 0 ? 0 : digest.readUInt32BE(0) % users.length];
    const costs = (like && hashOf(like)) ?? HASH_COSTS;
    return { ...costs, salt: new Uint8Array(digest), tag: new Uint8Array(digest) };
  };
  const oidc = createOidcDoor({ config: () => admin().oidc, fetch, now, log });
  const sessions = createLogInSessions({
    now,
    limits: () => admin().session,
    roleNow({ name, by, credential, role }) {
      if (by === 'token') return credential === digestOf(token) ? role : undefined;
      if (by === 'oidc') return credential === oidc.credential() ? role : undefined;
      const user = userOf(name);
      return user !== undefined && credential === credentialOf(user) ? user.role : undefined;
    },
  });
  const tokenLogIn: LogIn = { name: 'token', role: 'admin', by: 'token', credential: digestOf(token) };
  return {
    sessions,
    failures: createFailedLogIns(now),
    checks,
    oidc,
    codes,
    ways: () => [
      ...(admin().users.length > 0 ? (['password'] as const) : []),
      ...(admin().oidc === undefined ? [] : (['oidc'] as const)),
      'token',
    ],
    async byPassword(name, password) {
      const user = userOf(name);
      const hash = user && hashOf(user);
      const isRight = await checks.check(password, hash ?? dummyOf(name));
      // The configuration may have been read again meanwhile.
      if (!isRight || user === undefined || hash === undefined || userOf(name) !== user) return undefined;
      return { name, role: user.role, by: 'password', credential: credentialOf(user) };
    },
    byToken: (sent) => (equalTexts(sent, token) ? tokenLogIn : undefined),
    // Whoever makes a code has the token.
    byCode: (code) => (codes.take(code) ? tokenLogIn : undefined),
    isUser: (name) => userOf(name) !== undefined,
    close: () => sessions.close(),
  };
}

/** The schema has judged it. */
function hashOf({ password }: UserConfig): PasswordHash | undefined {
  const hash = readPasswordHash(password.reveal());
  return 'fault' in hash ? undefined : hash;
}

function credentialOf({ password }: UserConfig): string {
  return digestOf(password.reveal());
}
