/**
 * Prevents: a command that takes a quarter of a second to start because it loads 200 small modules.
 * Joins the built command line, gateway and engine, and zod and yaml, into packages/cli/program/ (ADR 6).
 * The libraries themselves are published as they were compiled.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dir = join(root, 'packages/cli/program');

const external = [/^node:/, /^(fastify|undici)$/];

/** The demo brings a configuration module of its own, which is loaded from where it was compiled. */
const demoAsCompiled = {
  name: 'demo-as-compiled',
  resolveId: (id) =>
    id.endsWith('/commands/demo.js') || id === './demo.js'
      ? { id: '../dist/commands/demo.js', external: true }
      : null,
};

rmSync(dir, { recursive: true, force: true });
const bundle = await rolldown({
  input: join(root, 'packages/cli/dist/main.js'),
  platform: 'node',
  external,
  plugins: [demoAsCompiled],
  resolve: { conditionNames: ['node', 'import', 'default'] },
  treeshake: { moduleSideEffects: false },
});
await bundle.write({ dir, format: 'esm', sourcemap: true, chunkFileNames: '[name].js' });
await bundle.close();
