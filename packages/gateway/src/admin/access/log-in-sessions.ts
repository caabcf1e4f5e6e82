/** Who is logged in. In memory only, so a restart logs everybody out; of a session's id only its hash is there. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Role } from '@countersign/api';
import type { LogInConfig } from '../../config/admin-config.ts';
import { equalTexts } from '../../equal-texts.ts';
import type { Caller } from '../caller.ts';
import { digestOf } from './digest.ts';

export interface LogInSession {
  readonly caller: Caller;
  readonly startedAtMs: number;
  /** When it ends at the latest: milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** What a page of the listener itself shows with a change; of no use for another session. */
  readonly csrf: string;
  /** Ends with the session: streams. Aborted once. */
  readonly ended: AbortSignal;
}

export interface LogInSessions {
  /** @returns its id, which is nowhere kept */
  open(logIn: LogIn): { readonly id: string; readonly session: LogInSession };
  /** The session of an id, which is in use then. */
  find(id: string): LogInSession | undefined;
  end(session: LogInSession): void;
  /** Ends those whose time is over or whose credential has changed; called now and then, so that no stream outlives its session. */
  sweep(): void;
  close(): void;
}

/** What somebody has logged in with. */
export interface LogIn {
  readonly name: string;
  readonly by: Caller['by'];
  /** Changes with the credential: where it does, the sessions end. */
  readonly credential: string;
  /** Where it is not the user's, who is looked up. */
  readonly role: Role;
}

export interface LogInSessionsOptions {
  readonly now: () => number;
  readonly limits: () => LogInConfig;
  /** The role that a log-in has now; undefined where it counts no more. */
  readonly roleNow: (logIn: LogIn) => Role | undefined;
}

/** Beyond that the oldest ends. */
const MAX_SESSIONS = 10_000;
const SWEEP_MS = 10_000;
const ID_BYTES = 32;

interface Entry {
  readonly logIn: LogIn;
  readonly startedMs: number;
  readonly csrf: string;
  readonly ending: AbortController;
  lastMs: number;
  session: LogInSession;
}

export function createLogInSessions({ now, limits, roleNow }: LogInSessionsOptions): LogInSessions {
  const csrfKey = randomBytes(ID_BYTES);
  /** By the hash of the id, the oldest first. */
  const entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;

  const drop = (key: string, entry: Entry): void => {
    entries.delete(key);
    entry.ending.abort();
    if (entries.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const current = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const { forMs, idleMs } = limits();
    const nowMs = now();
    const role = roleNow(entry.logIn);
    // A clock that was set back to before the log-in makes no session last longer.
    const isOver =
      nowMs < entry.startedMs || nowMs >= entry.startedMs + forMs || nowMs >= entry.lastMs + idleMs;
    if (isOver || role === undefined) {
      drop(key, entry);
      return undefined;
    }
    if (role !== entry.session.caller.role) entry.session = sessionOf(entry, role, forMs);
    return entry;
  };
  const sweep = (): void => {
    for (const key of [...entries.keys()]) current(key);
  };
  return {
    open(logIn) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const key = digestOf(id);
      const csrf = createHmac('sha256', csrfKey).update(key).digest('base64url');
      const ending = new AbortController();
      const startedMs = now();
      const parts = { logIn, startedMs, csrf, ending, lastMs: startedMs };
      const entry = { ...parts, session: sessionOf(parts, logIn.role, limits().forMs) };
      const [oldest] = entries;
      if (entries.size >= MAX_SESSIONS && oldest !== undefined) drop(...oldest);
      entries.set(key, entry);
      timer ??= setInterval(sweep, SWEEP_MS).unref();
      return { id, session: entry.session };
    },
    find(id) {
      const entry = current(digestOf(id));
      if (entry === undefined) return undefined;
      entry.lastMs = now();
      return entry.session;
    },
    end(session) {
      for (const [key, entry] of entries) if (entry.csrf === session.csrf) drop(key, entry);
    },
    sweep,
    close() {
      clearInterval(timer);
      for (const [key, entry] of entries) drop(key, entry);
    },
  };
}

function sessionOf(
  { logIn: { name, by }, startedMs, csrf, ending }: Omit<Entry, 'session'>,
  role: Role,
  forMs: number,
): LogInSession {
  return {
    caller: { name, role, by },
    startedAtMs: startedMs,
    endsAtMs: startedMs + forMs,
    csrf,
    ended: ending.signal,
  };
}

/** Whether a change shows the session's own token. */
export function showsCsrf(session: LogInSession, sent: string | undefined | null): boolean {
  return typeof sent === 'string' && equalTexts(sent, session.csrf);
}
