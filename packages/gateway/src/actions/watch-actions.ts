/** Loads a gate's actions again when their module, or one that it imports, changes. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
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

/** Watches until the result is called. A module that does not load, or whose actions cannot work, leaves the old ones in place. */
export function watchActions({ gate, file, option, loader, outcome, log }: WatchOptions): () => void {
  /** Folders, because an editor that saves puts a new file in the old one's place. */
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    try {
      await outcome.replaceActions(await loadActions(file, option, loader.load));
      log.info({ gate, file, actions: outcome.actions.length }, 'the actions were loaded again');
    } catch (error) {
      log.error({ gate, file, error }, 'the actions were not loaded again: the former ones stay');
    }
    watchFolders();
  };
  const onChange = (folder: string, name: string | null): void => {
    const isOurs = [...loader.files].some(
      (loaded) => dirname(loaded) === folder && basename(loaded) === name,
    );
    if (name !== null && !isOurs) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(reload);
    }, QUIET_MS);
  };
  const watchFolders = (): void => {
    for (const folder of new Set([...loader.files].map(dirname))) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, { persistent: false }, (_, name) => onChange(folder, name));
      watcher.on('error', (error) => log.warn({ gate, error }, 'a folder of actions is watched no more'));
      watchers.set(folder, watcher);
    }
  };
  watchFolders();
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}
