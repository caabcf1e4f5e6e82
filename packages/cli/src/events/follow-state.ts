/** How far a follower has come: a file that says it, so that the next start goes on there. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';

/** What is followed, and for whom: each has a place of its own. */
export interface Following {
  readonly admin: string;
  readonly to?: string | undefined;
  readonly gate?: string | undefined;
  readonly type?: string | undefined;
}

export interface FollowState {
  readonly file: string;
  /** Undefined where there is none yet. @throws UsageError for a file that is another's. */
  read(): number | undefined;
  write(cursor: number): void;
}

/** @param named the file; default: one of the user’s, by what is followed. */
export function followState(
  following: Following,
  named: string | undefined,
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
): FollowState {
  const file = named === undefined ? defaultFile(following, env, cwd) : resolve(cwd, named);
  return {
    file,
    read() {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      const cursor = cursorOf(text);
      if (cursor !== undefined) return cursor;
      throw new UsageError(
        `${file} does not say where to go on`,
        'Name another with --state FILE, or delete it and say --from now, start or an event.',
      );
    },
    write(cursor) {
      mkdirSync(dirname(file), { recursive: true });
      // Another start, or a cut of power, finds the old one or the new one whole.
      const part = `${file}.part`;
      writeFileSync(part, `${JSON.stringify({ ...following, cursor })}\n`, { mode: 0o600 });
      renameSync(part, file);
    },
  };
}

function cursorOf(text: string): number | undefined {
  try {
    const { cursor }: { cursor?: unknown } = Object(JSON.parse(text));
    return Number.isSafeInteger(cursor) && Number(cursor) >= 0 ? Number(cursor) : undefined;
  } catch {
    return undefined;
  }
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
