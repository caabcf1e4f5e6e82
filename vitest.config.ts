import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isLong, ON_WEB_CRYPTO, webEnvironment } from './scripts/effort.ts';
import { searchingTests } from './scripts/searching-tests.ts';

// Dozens of tests start processes from the sources: each would strip and compile them anew, at half a second of CPU.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.countersign/compiled');

// Without `import`: Node would apply it to `require` too, and hand a package’s CommonJS (Express’ router) a namespace.
const conditions = ['countersign-source', 'node'];
const resolve = { conditions };

const TESTS = [
  'packages/*/test/**/*.test.ts',
  'scripts/test/**/*.test.ts',
  'docs/test/**/*.test.ts',
  'conformance/test/**/*.test.ts',
  'torture/test/**/*.test.ts',
  'site/test/**/*.test.ts',
];

/** Whether tests run in a browser: short runs do so in CI, and long ones alone elsewhere. */
const IN_A_BROWSER = 'packages/cli/test/browser/chromium.ts';

export default defineConfig({
  test: {
    // A browser on a busy machine takes a minute for what takes seconds on another.
    testTimeout: isLong ? 300_000 : process.env['CI'] ? 120_000 : 30_000,
    hookTimeout: 60_000,
    // What is waited for comes later on a busy machine; the default is a second.
    expect: { poll: { timeout: 20_000 } },
    // Loading the sources anew for each of some 150 files took a third of the run. A file that needs a process of its
    // own starts one.
    isolate: false,
    // A short run waits for processes and timers a third of its time; a long one searches.
    maxWorkers: isLong ? Math.max(2, availableParallelism() - 1) : availableParallelism() + 1,
    projects: [
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'node',
          // `npm run test:long` without a path: what `npm test` has tried whole is not tried again.
          include:
            process.env['COUNTERSIGN_TEST_SEARCHES'] === '1'
              ? searchingTests(import.meta.dirname, TESTS, process.env['CI'] ? [IN_A_BROWSER] : [])
              : TESTS,
        },
      },
      {
        // The engine once more, on WebCrypto: a short run tries each kind of scheme and of key there.
        resolve: {
          conditions,
          alias: {
            '#crypto': join(import.meta.dirname, 'packages/core/src/crypto/web.ts'),
            '#gunzip': join(import.meta.dirname, 'packages/core/src/crypto/web-gunzip.ts'),
            '#signatures': join(import.meta.dirname, 'packages/core/src/crypto/web-signatures.ts'),
          },
        },
        ssr: { resolve },
        test: {
          name: 'web',
          include: [...ON_WEB_CRYPTO],
          env: webEnvironment,
        },
      },
    ],
  },
});
