/** Loads modules anew after they have changed: the runtime loads each URL once, so a changed module needs another one. */
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

/** Loads a module by its `file:` URL. */
export type ModuleLoader = (url: string) => Promise<object>;

export interface ReloadingLoader {
  readonly load: ModuleLoader;
  /** Paths of all modules that a load has asked for, packages left out. Grows. */
  readonly files: ReadonlySet<string>;
  close(): void;
}

const VERSION = 'countersign-load';

/**
 * Makes a loader that loads a module and what it imports by relative paths anew each time; packages are loaded once.
 * On a Node without `module.registerHooks` (before 22.15) only the module itself. What was loaded before stays in memory:
 * for development.
 */
export function createReloadingLoader(): ReloadingLoader {
  const files = new Set<string>();
  let version = 0;
  const hooks = nodeModule.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const parentVersion = versionOf(context.parentURL);
      if (parentVersion === undefined || !/^(?:\.{0,2}\/|file:)/.test(specifier)) return resolved;
      if (!resolved.url.startsWith('file:')) return resolved;
      files.add(fileURLToPath(withoutQuery(resolved.url)));
      return { ...resolved, url: withVersion(resolved.url, parentVersion) };
    },
  });
  return {
    files,
    async load(url) {
      files.add(fileURLToPath(url));
      return (await import(withVersion(url, String(++version)))) as object;
    },
    close: () => hooks?.deregister(),
  };
}

function withVersion(url: string, version: string): string {
  return `${withoutQuery(url)}?${VERSION}=${version}`;
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] as string;
}

function versionOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : (new RegExp(`[?&]${VERSION}=(\\d+)`).exec(url)?.[1] ?? undefined);
}
