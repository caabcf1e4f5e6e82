/**
 * Prevents: checks that nobody remembers to run. Runs all of the list below, says what each found, exits 1 if one failed.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readArguments } from './read-arguments.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

readArguments('npm run check', {});

const node = process.execPath;
const bin = (path: string): string => join('node_modules', path);
const PUBLISHED = ['core', 'api', 'gateway', 'sandbox', 'console', 'cli'];

/** Writes what others read. */
const TYPES: Check = { name: 'types', command: [bin('.bin/tsc'), '-b'] };

const OF_SOURCES: readonly Check[] = [
  { name: 'lint', command: [bin('.bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types of tests and scripts', command: [bin('.bin/tsc'), '-p', 'tsconfig.tests.json'] },
  {
    // By themselves: the frameworks’ own types are many.
    name: 'types of adapters with the real frameworks',
    command: [bin('.bin/tsc'), '-p', 'tsconfig.adapters.json'],
  },
  { name: 'types of the documentation’s site', command: [node, 'site/check-types.ts'] },
  { name: 'types of the console', command: [bin('.bin/tsc'), '-p', 'packages/console'] },
  { name: 'layers', command: [node, 'scripts/check-layers.ts'] },
  { name: 'lengths of files', command: [node, 'scripts/check-lengths.ts'] },
  { name: 'files that a request passes', command: [node, 'scripts/count-files.ts'] },
  { name: 'provider registry', command: [node, 'scripts/generate-registry.ts', '--check'] },
  { name: 'provider pages', command: [node, 'scripts/generate-provider-docs.ts', '--check'] },
  {
    name: 'console’s declared senders',
    command: [node, 'scripts/generate-declared-senders.ts', '--check'],
  },
  { name: 'admin API’s page', command: [node, 'scripts/generate-admin-docs.ts', '--check'] },
  {
    name: 'admin API’s OpenAPI document',
    command: [node, '--conditions=countersign-source', 'scripts/generate-openapi.ts', '--check'],
  },
  {
    name: 'pages of failures',
    command: [node, '--conditions=countersign-source', 'scripts/generate-failures.ts', '--check'],
  },
  { name: 'llms.txt and AGENTS.md', command: [node, 'scripts/generate-llms.ts', '--check'] },
  { name: 'config schema', command: [node, 'scripts/generate-schema.ts', '--check'] },
  { name: 'public declarations', command: [node, 'scripts/check-declarations.ts'] },
  { name: 'docs', command: [node, 'scripts/check-docs.ts'] },
  { name: 'workflows', command: [node, 'scripts/check-workflows.ts'] },
];

/** Each packs a package: one at a time. */
const OF_PACKAGES: readonly Check[] = [
  { name: 'packages, installed from tarballs', command: [node, 'scripts/check-packages.ts'] },
  ...PUBLISHED.flatMap((name): Check[] => [
    { name: `exports of ${name}`, command: [bin('.bin/publint'), `packages/${name}`, '--strict'] },
  ]),
  ...PUBLISHED.filter((name) => name !== 'cli').map((name) => ({
    name: `types of ${name}’s exports`,
    command: [
      bin('.bin/attw'),
      '--pack',
      `packages/${name}`,
      '--profile',
      'esm-only',
      '--no-emoji',
      '--format',
      'ascii',
    ],
  })),
];

const LONGEST_OUTPUT_BYTES = 64 * 2 ** 20;
let passed = 0;
let failed = 0;
await inTurn([TYPES]);
await Promise.all([inTurn(OF_SOURCES), inTurn(OF_PACKAGES)]);
console.log(`${passed} of ${passed + failed} checks passed`);
process.exitCode = failed === 0 ? 0 : 1;

async function inTurn(checks: readonly Check[]): Promise<void> {
  for (const { name, command } of checks) {
    const [program = '', ...args] = command;
    try {
      await promisify(execFile)(program, args, { maxBuffer: LONGEST_OUTPUT_BYTES });
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
      console.log(`FAILED  ${name}\n${stdout}${stderr}${stdout === '' && stderr === '' ? message : ''}`);
    }
  }
}
