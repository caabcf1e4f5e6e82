/** The engine's tests as mutants are tried with them: those that mutants/run.ts names. */
import { defineConfig } from 'vitest/config';

const conditions = ['countersign-source', 'node', 'import', 'module', 'default'];
const resolve = { conditions };

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: (process.env['COUNTERSIGN_MUTANTS_TESTS'] ?? 'packages/core/test/**/*.test.ts').split(','),
    testTimeout: 60_000,
    isolate: false,
  },
});
