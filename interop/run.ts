/**
 * Prevents: an engine that agrees with itself only. Exchanges requests with other people's libraries, both ways and
 * changed on the way, and runs other projects' vectors. Exits 1 on a difference that nobody expects.
 *
 * Usage: npm run interop                                    the libraries, a few seconds after the first install
 *        npm run interop -- --system                        also PyJWT, nginx and HAProxy, where they are installed: half a minute, with
 *                                                        COUNTERSIGN_TEST_LONG=1 two
 *        npm run interop -- --wycheproof DIR                also the vectors of C2SP/wycheproof
 *        npm run interop -- --structured-fields DIR         also those of httpwg/structured-field-tests
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { printTable } from './table.ts';

const HERE = import.meta.dirname;
const PROJECTS = {
  '--wycheproof': {
    name: 'wycheproof',
    repository: 'https://github.com/C2SP/wycheproof',
    folder: 'testvectors_v1',
  },
  '--structured-fields': {
    name: 'structured-fields',
    repository: 'https://github.com/httpwg/structured-field-tests',
    folder: '.',
  },
} as const;

type Option = keyof typeof PROJECTS;

const asked = readArguments(process.argv.slice(2));
installPeers(HERE);
let isFine = true;

// Imported here: the libraries are there only now.
const { runLibraries } = await import('./libraries/all.ts');
const rows = [...(await runLibraries())];
if (asked.system) rows.push(...(await (await import('./system/all.ts')).runSystem()));
printTable(rows);
if (rows.some(({ outcome }) => outcome === 'FAILED')) isFine = false;

for (const [option, folder] of asked.vectors) isFine = runVectors(option, folder) && isFine;
if (!asked.system) console.log('Not run: --system (PyJWT, nginx, HAProxy)');
for (const option of Object.keys(PROJECTS) as Option[]) {
  if (!asked.vectors.has(option)) console.log(`Not run: ${option} DIR; ${whereOf(option)}`);
}
process.exitCode = isFine ? 0 : 1;

/** On both crypto backends, each in a process of its own. */
function runVectors(option: Option, path: string): boolean {
  const { name, folder: inside } = PROJECTS[option];
  const folder = existsSync(join(path, inside)) ? join(path, inside) : path;
  const program = join(HERE, 'vectors/run.ts');
  const onWeb = ['--import', join(HERE, 'vectors/on-web-crypto.ts')];
  const statuses = [
    spawnSync(process.execPath, [program, name, folder, 'node:crypto'], { stdio: 'inherit' }).status,
    spawnSync(process.execPath, [...onWeb, program, name, folder, 'WebCrypto'], { stdio: 'inherit' }).status,
  ];
  return statuses.every((status) => status === 0);
}

function readArguments(args: readonly string[]): {
  readonly system: boolean;
  readonly vectors: ReadonlyMap<Option, string>;
} {
  const vectors = new Map<Option, string>();
  let system = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--system') system = true;
    else if (arg in PROJECTS) {
      const option = arg as Option;
      const folder = args[++i];
      if (folder === undefined || folder.startsWith('--')) stop(`${option} names no folder`, whereOf(option));
      if (!existsSync(folder)) stop(`${folder} is not there`, whereOf(option));
      vectors.set(option, folder);
    } else stop(`there is no option ${arg}`, `One of --system, ${Object.keys(PROJECTS).join(', ')}.`);
  }
  return { system, vectors };
}

function whereOf(option: Option): string {
  const { repository, folder } = PROJECTS[option];
  return `git clone --depth 1 ${repository}${folder === '.' ? '' : `; the files are in ${folder}`}`;
}

function stop(problem: string, remedy: string): never {
  console.error(`interop: ${problem}.\n  → ${remedy}`);
  process.exit(2);
}
