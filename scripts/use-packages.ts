/**
 * Prevents: an entry that only works here: from the sources, beside types that are installed by chance, or in one module system.
 * Uses every entry of the installed packages as programs of other people do.
 */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const TSC = join(root, 'node_modules/typescript/bin/tsc');
const NODE_TYPES = join(root, 'node_modules/@types/node');
const LIBRARIES = ['api', 'core', 'gateway', 'sandbox'];
/** What reads and writes files and sockets is for Node, and says so in its types; the others say nothing of Node's. */
const NODE_ONLY = /^@countersign\/(gateway|sandbox)\b/;

/** The strictest that a project may ask for; the declarations of libraries are checked as well. */
export const STRICTEST: readonly string[] = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--noPropertyAccessFromIndexSignature',
  '--verbatimModuleSyntax',
  '--isolatedModules',
  '--skipLibCheck',
  'false',
  '--noEmit',
  '--target',
  'es2024',
];

/** A compiler's settings that a project may have. */
interface Setting {
  readonly name: string;
  readonly isOnNode: boolean;
  readonly args: readonly string[];
}

const NODENEXT = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const ON_NODE = ['--lib', 'es2024', '--types', 'node'];
const IN_WORKER = ['--lib', 'es2024,webworker,webworker.iterable', '--types', ''];
const IN_BROWSER = ['--lib', 'es2024,dom,dom.iterable', '--types', ''];

const SETTINGS: readonly Setting[] = [
  { name: 'nodenext, Node’s types', isOnNode: true, args: [...NODENEXT, ...ON_NODE] },
  { name: 'bundler, Node’s types', isOnNode: true, args: [...BUNDLER, ...ON_NODE] },
  { name: 'nodenext, a worker’s types', isOnNode: false, args: [...NODENEXT, ...IN_WORKER] },
  { name: 'bundler, a worker’s types', isOnNode: false, args: [...BUNDLER, ...IN_WORKER] },
  { name: 'bundler, a browser’s types', isOnNode: false, args: [...BUNDLER, ...IN_BROWSER] },
];

/** Runs a program in the project; says what went wrong under the name of `what`. */
export type Run = (program: string, args: readonly string[], what: string, cwd?: string) => unknown;

/** The entries of what is installed in a project: `@countersign/core/express` and so on, each provider by its name. */
export function installedEntries(project: string): readonly string[] {
  return LIBRARIES.flatMap((library) => {
    const name = `@countersign/${library}`;
    const folder = join(project, 'node_modules', name);
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, { readonly default: string } | null>>;
    };
    return Object.entries(exports).flatMap(([path, entry]) => {
      if (entry === null) return [];
      // Data: read as it is, or imported with an attribute.
      if (path.endsWith('.json')) {
        JSON.parse(readFileSync(join(folder, path), 'utf8'));
        return [];
      }
      if (!path.includes('*')) return [name + path.slice(1)];
      const [before = '', after = ''] = entry.default.split('*');
      return readdirSync(join(folder, before))
        .filter(
          (file) => file.endsWith(after) && exports[path.replace('*', file.slice(0, -after.length))] !== null,
        )
        .map((file) => name + path.slice(1).replace('*', file.slice(0, -after.length)));
    });
  });
}

/** TypeScript, strict, under each setting; JavaScript; CommonJS by `require` and by `import()`. */
export function usePackages(project: string, run: Run): void {
  const entries = installedEntries(project);
  const folder = join(project, 'consumers');
  mkdirSync(folder);
  // Node's types as a newcomer's project has them; a project for workers has none.
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  const types = join(project, 'node_modules/@types/node');
  for (const { name, isOnNode, args } of SETTINGS) {
    rmSync(types, { force: true });
    if (isOnNode) symlinkSync(NODE_TYPES, types);
    const ofSetting = entries.filter((entry) => isOnNode || !NODE_ONLY.test(entry));
    writeFileSync(join(folder, 'entries.ts'), importsOf(ofSetting));
    const program = isOnNode ? 'strict.ts' : 'worker.ts';
    copyConsumer(program, folder);
    const files = [program, 'entries.ts'];
    if (isOnNode && args.includes('nodenext')) {
      writeFileSync(join(folder, 'entries.cts'), requiresOf(ofSetting));
      files.push('entries.cts');
    }
    run(process.execPath, [TSC, ...STRICTEST, ...args, ...files], `strict TypeScript, ${name}`, folder);
  }
  if (!readdirSync(join(project, 'node_modules/@types')).includes('node')) symlinkSync(NODE_TYPES, types);
  run(process.execPath, ['strict.ts'], 'the program in strict TypeScript', folder);
  for (const program of ['entries.mjs', 'entries.cjs']) {
    copyConsumer(program, folder);
    run(process.execPath, [program, ...entries], `JavaScript, ${program}`, folder);
  }
}

function copyConsumer(name: string, folder: string): void {
  copyFileSync(join(import.meta.dirname, 'consumers', name), join(folder, name));
}

function importsOf(entries: readonly string[]): string {
  return entries
    .map((entry, i) => `import * as entry${i} from '${entry}';\nexport { entry${i} };\n`)
    .join('');
}

function requiresOf(entries: readonly string[]): string {
  const names = entries.map((_, i) => `entry${i}`);
  const lines = entries.map((entry, i) => `import ${names[i]} = require('${entry}');\n`);
  return `${lines.join('')}export = { ${names.join(', ')} };\n`;
}
