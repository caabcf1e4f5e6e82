/** What a bundler makes of a program: one file, minified, as an edge runtime is handed it. */
import { relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const SOURCE = resolve('packages/core/src');
const ENTRY = `${SOURCE}/entry.ts`;

/** What package.json says of the two builds. */
const CRYPTO: Readonly<Record<CryptoBuild, Readonly<Record<string, string>>>> = {
  web: {
    '#crypto': `${SOURCE}/crypto/web.ts`,
    '#gunzip': `${SOURCE}/crypto/web-gunzip.ts`,
    '#signatures': `${SOURCE}/crypto/web-signatures.ts`,
  },
  node: {
    '#crypto': `${SOURCE}/crypto/node.ts`,
    '#gunzip': `${SOURCE}/crypto/node-gunzip.ts`,
    '#signatures': `${SOURCE}/crypto/node-signatures.ts`,
  },
};

export type CryptoBuild = 'web' | 'node';

export interface Bundle {
  /** Minified. What is loaded late stands in it, too. */
  readonly code: string;
  readonly gzippedBytes: number;
  /** The files of `packages/core/src` of which something is left, and the names of packages; not the bundler’s own. */
  readonly modules: readonly string[];
}

/** @param program imports `@countersign/core/…` as a user does */
export async function bundleOf(program: string, crypto: CryptoBuild): Promise<Bundle> {
  const build = await rolldown({
    input: ENTRY,
    platform: crypto === 'web' ? 'browser' : 'node',
    external: /^node:/,
    resolve: { conditionNames: ['countersign-source', 'import', 'default'] },
    plugins: [
      {
        name: 'the program, and the build’s crypto',
        resolveId: (id) => (id === ENTRY ? id : CRYPTO[crypto][id]),
        load: (id) => (id === ENTRY ? program : undefined),
      },
    ],
  });
  const { output } = await build.generate({ minify: true, codeSplitting: false });
  await build.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`the bundle has ${output.length} files`);
  const modules = Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0);
  return {
    code: chunk.code,
    gzippedBytes: gzipSync(chunk.code).length,
    modules: modules.flatMap(([id]) => (id === ENTRY || id.startsWith('\0') ? [] : nameOf(id))),
  };
}

function nameOf(id: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? relative(SOURCE, id);
}
