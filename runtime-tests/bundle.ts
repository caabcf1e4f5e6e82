/**
 * Builds the entries into `dist/`: `node/` for runtimes that find the package as an installed one, by their own conditions; `web/` with the published web build
 * inside, as a bundler for workers and browsers makes it.
 */
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

export type Build = 'node' | 'web';
export type Entry = 'node' | 'bun' | 'deno' | 'worker' | 'service-worker';

/** Where a built entry stands. */
export function builtFile(build: Build, entry: Entry): string {
  return join(import.meta.dirname, 'dist', build, `${entry}.js`);
}

const bundled = new Map<string, Promise<void>>();

/** Once for all that start it. @throws Error where the web build asks for anything of Node's */
export function bundle(build: Build, entry: Entry): Promise<void> {
  const file = builtFile(build, entry);
  const written = bundled.get(file) ?? write(build, entry, file);
  bundled.set(file, written);
  return written;
}

async function write(build: Build, entry: Entry, file: string): Promise<void> {
  const ofNode = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
  const servesByNode = entry === 'node';
  const bundler = await rolldown({
    input: join(import.meta.dirname, `entries/${entry}.ts`),
    platform: 'neutral',
    resolve: { conditionNames: build === 'web' ? ['import'] : ['node', 'import'] },
    // The server is Node's own on Node; its crypto must not be in a web build.
    external: build === 'node' ? [/^@countersign\//, ofNode] : servesByNode ? [/^node:(http|stream)$/] : [],
    onLog: (_level, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  await bundler.write({ file, format: 'esm', codeSplitting: false });
  await bundler.close();
}
