/** Loads a gate's actions again when their module, or one that it imports, changes. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { closedBy, type Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { Action } from './define-action.ts';
import { loadActions } from './load-actions.ts';
import type { ReloadingLoader } from './module-loader.ts';

/** What runs the actions. */
export interface RunsActions {
  /** Those that it can run now. */
  readonly actions: readonly unknown[];
  /** @throws SetupError for actions that the gate cannot have: the old ones stay. */
  replaceActions(actions: readonly Action[]): Promise<void>;
}

export interface WatchOptions {
  /** The gate's name. */
  readonly gate: string;
  readonly file: string;
  readonly option: string;
  readonly loader: ReloadingLoader;
  readonly outcome: RunsActions;
  readonly log: Log;
}

/** Editors write a file in several steps. */
const QUIET_MS = 50;

/** Watches until it is closed. A module that does not load, or whose actions cannot work, leaves the old ones in place. */
export function watchActions(options: WatchOptions): Part {
  const watcher = new ActionsWatcher(options);
  watcher.watchFolders();
  return closedBy(() => watcher.close());
}

class ActionsWatcher {
  readonly #options: WatchOptions;
  /** Folders, because an editor that saves puts a new file in the old one's place. */
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  watchFolders(): void {
    const { loader, gate, log } = this.#options;
    for (const folder of new Set([...loader.files].map(dirname))) {
      if (this.#watchers.has(folder)) continue;
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#onChange(folder, name));
      watcher.on('error', (error) => log.warn({ gate, error }, 'a folder of actions is no longer watched'));
      this.#watchers.set(folder, watcher);
    }
  }

  /** Once a reload that is under way has ended: it would watch more folders. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#reloading;
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #onChange(folder: string, name: string | null): void {
    const { files } = this.#options.loader;
    const isOurs = [...files].some((loaded) => dirname(loaded) === folder && basename(loaded) === name);
    if (name !== null && !isOurs) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#reloading = this.#reloading.then(() => this.#reload());
    }, QUIET_MS);
  }

  async #reload(): Promise<void> {
    const { gate, file, option, loader, outcome, log } = this.#options;
    try {
      await outcome.replaceActions(await loadActions(file, option, loader.load));
      log.info({ gate, file, actions: outcome.actions.length }, 'the actions were loaded again');
    } catch (error) {
      log.error({ gate, file, error }, 'the actions were not loaded again: the former ones stay');
    }
    this.watchFolders();
  }
}
