/** How far a follower has come: a file that says it, so that the next start goes on there. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';
import { lockFile } from './file-lock.ts';

/** What is followed, and for whom: each has a place of its own. */
export interface Following {
  readonly admin: string;
  readonly to?: string | undefined;
  readonly gate?: string | undefined;
  readonly type?: string | undefined;
}

/** The last event that there was. */
export interface FollowPlace {
  readonly cursor: number;
  /** Its id: another event stands at that place where the gateway has another store, or an older one. Undefined where nobody said it. */
  readonly id?: string | undefined;
}

export interface FollowState {
  readonly file: string;
  /** @returns what unlocks it. @throws UsageError where another follower has it */
  lock(): () => void;
  /** Undefined where there is none yet. @throws UsageError for a file that is another's. */
  read(): FollowPlace | undefined;
  write(place: FollowPlace): void;
}

const OTHER_FILE = 'Name another with --state FILE, or delete it and say --from now, start or an event.';

/** @param named the file; default: one of the user’s, by what is followed. */
export function followState(
  following: Following,
  named: string | undefined,
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
): FollowState {
  const file = named === undefined ? defaultFile(following, env, cwd) : resolve(cwd, named);
  return {
    file,
    lock() {
      mkdirSync(dirname(file), { recursive: true });
      const { release, owner } = lockFile(`${file}.lock`);
      if (release !== undefined) return release;
      throw new UsageError(
        `another countersign events follow (process ${owner}) goes on from ${file}`,
        `Stop it, or name another file with --state FILE. Where that process is another program, delete ${file}.lock.`,
      );
    },
    read() {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      const written = objectOf(text);
      const place = placeOf(written);
      if (place === undefined) throw new UsageError(`${file} does not say where to go on`, OTHER_FILE);
      const difference = differenceOf(written, following);
      if (difference === undefined) return place;
      throw new UsageError(`${file} remembers where ${difference} was followed`, OTHER_FILE);
    },
    write({ cursor, id }) {
      mkdirSync(dirname(file), { recursive: true });
      // Another start, or a cut of power, finds the old one or the new one whole.
      const part = `${file}.${process.pid}.part`;
      writeFileSync(part, `${JSON.stringify({ ...following, cursor, id })}\n`, { mode: 0o600 });
      renameSync(part, file);
    },
  };
}

type Written = Readonly<Record<string, unknown>>;

function objectOf(text: string): Written {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Of a version before this one, a file has no id. */
function placeOf({ cursor, id }: Written): FollowPlace | undefined {
  if (!Number.isSafeInteger(cursor) || Number(cursor) < 0) return undefined;
  return { cursor: Number(cursor), ...(typeof id === 'string' && { id }) };
}

/** To go on from another's place would pass over events. To whom they are sent may change. */
function differenceOf({ admin, gate, type }: Written, following: Following): string | undefined {
  if (admin !== undefined && urlOf(admin) !== urlOf(following.admin))
    return `another gateway, ${visibleText(String(admin))}`;
  if (admin === undefined) return undefined;
  if (gate !== following.gate) return scopeOf('gate', gate);
  return type === following.type ? undefined : scopeOf('type', type);
}

function scopeOf(name: string, value: unknown): string {
  return value === undefined ? `every ${name}` : `the ${name} ${visibleText(String(value))}`;
}

function urlOf(text: unknown): string {
  return URL.parse(String(text))?.href ?? String(text);
}

function defaultFile(following: Following, env: Io['env'], cwd: string): string {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: windows, HOME: home } = env;
  const folder = state || windows || (home ? join(home, '.local', 'state') : join(cwd, '.countersign'));
  const { admin, to = '', gate = '', type = '' } = following;
  const hash = createHash('sha256')
    .update(JSON.stringify([admin, to, gate, type]))
    .digest('hex');
  return join(folder, 'countersign', `follow-${hash.slice(0, 16)}.json`);
}
