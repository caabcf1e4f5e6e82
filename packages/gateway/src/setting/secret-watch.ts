/** Reads secrets again: those of a folder when it changes, others when their time is over. One that cannot be read stays as it was. */

import { type FSWatcher, statSync, watch } from 'node:fs';
import type { ConfigReport } from '../config/config-report.ts';
import type { LoadedSecrets, UnreadReference } from '../config/secrets/loaded-secrets.ts';
import { MINUTE, SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { timerDelay } from '../timer-delay.ts';

export interface SecretWatchOptions {
  readonly secrets: LoadedSecrets | undefined;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** How often the folder is looked at, whatever its file system tells of. Default: every 5 s. */
  readonly pollMs?: number;
}

export interface SecretWatch {
  /** How many could not be read when they were read last. */
  readonly unreadCount: number;
  /** Begins. @param reload has what was read anew take its place; does not reject. Where that is `broken` it is called again later */
  start(reload: ReloadSecrets): void;
  /** Those of a configuration that was loaded meanwhile. */
  follow(secrets: LoadedSecrets | undefined): void;
  /** Resolves when nothing is being read or reloaded any more. */
  close(): Promise<void>;
}

/** Undefined: there is nothing that could be reloaded. */
type ReloadSecrets = (secrets: LoadedSecrets) => Promise<Pick<ConfigReport, 'result'> | undefined>;

const POLL_MS: number = 5 * SECOND;
/** After a reload that did not put them to work: the store may take nothing, or the file be broken for the moment. */
const RETRY_MS: number = MINUTE;
/** A folder is swapped in several steps… */
const QUIET_MS = 50;
/** …but one that is never quiet is read all the same. */
const MOST_STIR_MS: number = SECOND;

export function createSecretWatch(options: SecretWatchOptions): SecretWatch {
  return new WatchedSecrets(options);
}

class WatchedSecrets implements SecretWatch {
  readonly #options: SecretWatchOptions;
  #secrets: LoadedSecrets | undefined;
  #reload: ReloadSecrets | undefined;
  /** When those that were read and are not at work are tried again. Undefined: they are at work. */
  #retryAtMs: number | undefined;
  #unread: readonly UnreadReference[] = [];
  #watcher: FSWatcher | undefined;
  /** Which folder is watched: another one may have come in its place. */
  #watched = '';
  #timer: NodeJS.Timeout | undefined;
  /** Since when the folder changes. Undefined: it was looked at since, or is about to be. */
  #stirredAtMs: number | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SecretWatchOptions) {
    this.#options = options;
    this.#secrets = options.secrets;
  }

  get unreadCount(): number {
    return this.#unread.length;
  }

  start(reload: ReloadSecrets): void {
    this.#reload = reload;
    this.#wait();
  }

  follow(secrets: LoadedSecrets | undefined): void {
    this.#secrets = secrets;
    this.#unread = [];
    this.#retryAtMs = undefined;
    if (this.#reload !== undefined) this.#wait();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    await this.#looking;
  }

  /** Until there is something to read. */
  #wait(): void {
    const { now, pollMs = POLL_MS } = this.#options;
    const { folder, refreshAtMs } = this.#secrets ?? {};
    this.#watchFolder(folder);
    const retryAtMs = this.#retryAtMs;
    const waits = [
      folder && pollMs,
      refreshAtMs && refreshAtMs - now(),
      retryAtMs && retryAtMs - now(),
    ].filter((wait) => typeof wait === 'number');
    clearTimeout(this.#timer);
    if (waits.length > 0) this.#lookIn(Math.min(...waits));
  }

  #lookIn(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#stirredAtMs = undefined;
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch((error: unknown) => this.#options.log.warn({ error }, NOT_LOOKED));
    }, timerDelay(waitMs));
    this.#timer.unref();
  }

  /** Where it cannot be watched, it is looked at now and then. */
  #watchFolder(folder: string | undefined): void {
    const identity = folder === undefined ? '' : identityOf(folder);
    if (identity === this.#watched) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watched = identity;
    if (folder === undefined || identity === '' || this.#isClosed) return;
    try {
      this.#watcher = watch(folder, { persistent: false }, () => this.#stir());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watched = '';
    }
  }

  #stir(): void {
    const nowMs = performance.now();
    this.#stirredAtMs ??= nowMs;
    if (nowMs - this.#stirredAtMs < MOST_STIR_MS) this.#lookIn(QUIET_MS);
  }

  async #look(): Promise<void> {
    if (this.#isClosed || this.#secrets === undefined) return;
    const looked = this.#secrets;
    const { secrets, isChanged, unread } = await looked.readAgain(this.#options.now());
    // A reload has read them itself meanwhile.
    if (looked === this.#secrets) {
      this.#note(unread);
      this.#secrets = secrets;
      const isDue = this.#retryAtMs !== undefined && this.#retryAtMs <= this.#options.now();
      if ((isChanged || isDue) && !this.#isClosed) await this.#putToWork(secrets);
    }
    this.#wait();
  }

  async #putToWork(secrets: LoadedSecrets): Promise<void> {
    const report = await this.#reload?.(secrets);
    this.#retryAtMs = report?.result === 'broken' ? this.#options.now() + RETRY_MS : undefined;
  }

  #note(unread: readonly UnreadReference[]): void {
    const { log } = this.#options;
    const before = new Map(this.#unread.map(({ reference, problem }) => [reference.identity, problem]));
    const after = new Set(unread.map(({ reference }) => reference.identity));
    for (const { reference, problem } of unread)
      if (before.get(reference.identity) !== problem)
        log.warn({ code: 'secret-unread', secret: reference.origin, problem }, UNREAD);
    for (const { reference } of this.#unread)
      if (!after.has(reference.identity)) log.info({ secret: reference.origin }, READ_AGAIN);
    this.#unread = unread;
  }
}

const UNREAD =
  'a secret could not be read again: the gateway goes on with what it had; mend where it comes from, and it is read by itself';
const READ_AGAIN = 'a secret that could not be read can be read again';

const NOT_LOOKED = 'the secrets could not be looked at: a change of them takes effect with the next reload';

/** Empty where nobody can tell: it is not there, may not be looked at, or links to itself. */
function identityOf(folder: string): string {
  try {
    const { dev, ino } = statSync(folder);
    return `${folder} ${dev} ${ino}`;
  } catch {
    return '';
  }
}
