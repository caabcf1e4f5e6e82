/**
 * Prevents: a command that takes a quarter of a second to start because it loads 200 small modules.
 * Joins the built command line, gateway and engine, and yaml, into packages/cli/program/ (ADR 6).
 * The libraries themselves are published as they were compiled.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { asciiSource } from './ascii-source.ts';
import { importsPastBarrels } from './imports-past-barrels.ts';

const root = join(import.meta.dirname, '..');
const dir = join(root, 'packages/cli/program');

/** The demo brings a configuration module of its own, which is loaded from where it was compiled. */
const demoAsCompiled = {
  name: 'demo-as-compiled',
  resolveId: (id) =>
    id.endsWith('/commands/demo.js') || id === './demo.js'
      ? { id: '../dist/commands/demo.js', external: true }
      : null,
};

/** Only functions of it are in use, and none by a start: loaded with the first call, which spares 2 ms. */
const ON_CALL = 'node:fs/promises';

/**
 * An `import` of a module of Node's reads every export of it, lazy ones too, which loads what nobody uses: 7 ms of CPU
 * time in all. Here it becomes `process.getBuiltinModule`, of which the exports in use are read.
 */
const builtinsAsUsed = {
  name: 'builtins-as-used',
  resolveId(id, _importer, { kind }) {
    if (!id.startsWith('node:')) return null;
    // The bundler's own `require` is made from node:module before any other code runs.
    const isJoined = kind === 'import-statement' && id !== 'node:module';
    return isJoined ? { id: `\0${id}`, moduleSideEffects: false } : { id, external: true };
  },
  load(id) {
    if (!id.startsWith('\0node:')) return null;
    const name = id.slice(1);
    const builtin = process.getBuiltinModule(name);
    const exported = Object.keys(builtin).filter((key) => /^[A-Za-z]\w*$/.test(key));
    if (name === ON_CALL) {
      const functions = exported.filter((key) => /^[a-z]/.test(key) && typeof builtin[key] === 'function');
      return functions
        .map(
          (key) => `export const ${key} = (...args) => process.getBuiltinModule('${name}').${key}(...args);`,
        )
        .join('\n');
    }
    return [
      `const builtin = /* @__PURE__ */ process.getBuiltinModule('${name}');`,
      'export default builtin;',
      ...exported
        .filter((key) => key !== 'default')
        .map((key) => `const its_${key} = builtin.${key};\nexport { its_${key} as ${key} };`),
    ].join('\n');
  },
};

/** CommonJS: three files that `require` each other are read and linked in half the time of three ES modules (5 ms of a start). */
const output = {
  dir,
  format: 'cjs',
  strict: true,
  // Read and decoded at each start; the libraries have them.
  comments: { legal: true, annotation: false, jsdoc: false },
  // Names within functions are shortened, which no stack trace shows; functions and lines stay what they are.
  minify: {
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: false },
  },
  sourcemap: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
};

const LOADERS_IMPORT = 'importOutside$';

const small = await open('main');
const { output: chunks } = await small.generate(output);
await small.close();
rmSync(dir, { recursive: true, force: true });
const bundle = await open('main');
await bundle.write({ ...output, codeSplitting: joined(chunks.filter(({ type }) => type === 'chunk')) });
await bundle.close();
// By itself: it loads the others.
const loader = await open('load-program');
await loader.write(output);
await loader.close();
for (const name of readdirSync(dir)) {
  if (!name.endsWith('.cjs')) continue;
  keepToAscii(join(dir, name));
  if (name !== 'load-program.cjs') importByLoader(join(dir, name));
}

/** `import` is the loader's: see its wrapper in load-program.ts. */
function importByLoader(file) {
  const source = readFileSync(file, 'utf8');
  // A function of the program's own would be called instead.
  if (source.includes(LOADERS_IMPORT)) throw new Error(`${file} has a ${LOADERS_IMPORT} of its own`);
  const text = source.replaceAll('await import(', () => `await ${LOADERS_IMPORT}(`);
  const other = /^.*\bimport\(.*$/m.exec(text)?.[0];
  if (other !== undefined) throw new Error(`${file}: an import that is not awaited at once: ${other.trim()}`);
  writeFileSync(file, text);
}

/** A file with one letter beyond ASCII takes two bytes a character in memory, and is decoded at each start: 4 % of its time. */
function keepToAscii(file) {
  writeFileSync(file, asciiSource(readFileSync(file, 'utf8'), file));
}

function open(name) {
  return rolldown({
    input: join(root, `packages/cli/dist/${name}.js`),
    platform: 'node',
    external:
      /^(fastify|@countersign\/console|@countersign\/api\/openapi|undici\/index\.js|pg|pg-boss|@redis\/client|@nats-io\/.+)$/,
    plugins: [demoAsCompiled, builtinsAsUsed, importsPastBarrels()],
    // What `includeDependenciesRecursively` needs: a file may export more than its entry does.
    preserveEntrySignatures: 'allow-extension',
    resolve: { conditionNames: ['node', 'import', 'default'] },
    treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
    checks: { pluginTimings: false },
  });
}

/**
 * The bundler splits so that nothing is loaded that is not needed: 30 files for `serve`, each of which Node resolves, reads
 * and links. Joined into four: what every command needs, what `serve` needs beside and shares with `verify`, and what each of the two has for itself.
 */
function joined(chunks) {
  const modulesOf = (name) => reached(name, chunks).flatMap(({ moduleIds }) => moduleIds);
  const verify = new Set(modulesOf('verify.cjs'));
  // Most configurations are YAML: another file would be found, read and linked while nothing else goes on.
  const serve = new Set([...modulesOf('serve.cjs'), ...modulesOf('yaml-source.cjs')]);
  const groupOf = new Map();
  for (const module of verify) groupOf.set(module, serve.has(module) ? 'engine' : 'verifying');
  for (const module of serve) if (!verify.has(module)) groupOf.set(module, 'service');
  for (const module of modulesOf('main.cjs')) groupOf.set(module, 'base');
  return {
    includeDependenciesRecursively: false,
    groups: [{ debugName: 'joined', name: (module) => groupOf.get(module) ?? null }],
  };
}

/** A chunk and those that it imports, directly or not. */
function reached(first, chunks) {
  const chunksReached = new Set();
  const look = (name) => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (chunk === undefined || chunksReached.has(chunk)) return;
    chunksReached.add(chunk);
    for (const imported of chunk.imports) look(imported);
  };
  look(first);
  return [...chunksReached];
}
