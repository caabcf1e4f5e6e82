import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isLong } from './scripts/effort.ts';

// Dozens of tests start processes from the sources: each would strip and compile them anew, at half a second of CPU.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.countersign/compiled');

const conditions = ['countersign-source', 'node', 'import', 'module', 'default'];
const resolve = { conditions };

export default defineConfig({
  test: {
    testTimeout: isLong ? 300_000 : 30_000,
    hookTimeout: 60_000,
    // Loading the sources anew for each of some 150 files took a third of the run. A file that needs a process of its
    // own starts one.
    isolate: false,
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'node',
          include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts', 'docs/test/**/*.test.ts'],
        },
      },
      {
        // The engine once more, on WebCrypto: a short run tries each kind of scheme and of key there.
        resolve: {
          conditions,
          alias: {
            '#crypto': join(import.meta.dirname, 'packages/core/src/crypto/web.ts'),
            '#signatures': join(import.meta.dirname, 'packages/core/src/crypto/web-signatures.ts'),
          },
        },
        ssr: { resolve },
        test: {
          name: 'web',
          include: isLong
            ? [
                'packages/core/test/{vectors,schemes,keys,any-input,refuse-head}.test.ts',
                'packages/core/test/keys/*.test.ts',
                'packages/core/test/request-from.test.ts',
                'packages/core/test/client/*.test.ts',
                'packages/core/test/message-signatures/*.test.ts',
                'packages/core/test/tokens/*.test.ts',
                'packages/core/test/approov/*.test.ts',
                'packages/core/test/{claims,schemes,time}/*.test.ts',
              ]
            : [
                // What is judged by every kind of scheme, and which keys are taken.
                'packages/core/test/{vectors,schemes}.test.ts',
                'packages/core/test/keys/{asymmetric-key,key-halves,key-json,unusable-key}.test.ts',
                'packages/core/test/message-signatures/rfc9421.test.ts',
                'packages/core/test/tokens/{algorithms,dpop}.test.ts',
              ],
        },
      },
    ],
  },
});
