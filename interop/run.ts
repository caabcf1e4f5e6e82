/**
 * Prevents: an engine that agrees with itself only. Exchanges requests with other people's libraries, both ways and
 * changed on the way, and runs other projects' vectors. Exits 1 on a difference that nobody expects.
 * The programs of docs/migrate.md and the set-ups of docs/raw-body.md are run beside each other; `--write` writes what came of it there.
 * The libraries take a few seconds after the first install, and so does the comparison of verdicts: `--requests` of each scheme, genuine, odd and
 * changed, are judged by us, by the libraries and by verifiers in Python; where one disagrees, a rule of differential/ says why, or the run fails. `--system` adds PyJWT, nginx and HAProxy where they are installed: half a
 * minute, with COUNTERSIGN_TEST_LONG=1 two. `--wycheproof` and `--structured-fields` add the vectors of C2SP/wycheproof and
 * httpwg/structured-field-tests.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { printTable } from './table.ts';

const HERE = import.meta.dirname;
const PROJECTS = {
  wycheproof: { repository: 'https://github.com/C2SP/wycheproof', folder: 'testvectors_v1' },
  'structured-fields': { repository: 'https://github.com/httpwg/structured-field-tests', folder: '.' },
} as const;

type Project = keyof typeof PROJECTS;

const USAGE =
  'npm run interop [-- --requests 500] [--seed N] [--system] [--wycheproof DIR] [--structured-fields DIR]';
const { values } = readArguments(USAGE, {
  options: {
    requests: { type: 'string', default: '500' },
    seed: { type: 'string' },
    write: { type: 'boolean', default: false },
    system: { type: 'boolean', default: false },
    wycheproof: { type: 'string' },
    'structured-fields': { type: 'string' },
  },
});
const requests = positive(values.requests, '--requests');
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : positive(values.seed, '--seed');
const folders = foldersOf(values);
installPeers(HERE);
let isFine = true;

// Imported here: the libraries are there only now.
const { runLibraries } = await import('./libraries/all.ts');
const { runEvents } = await import('./events/run.ts');
const { runDifferential } = await import('./differential/compare.ts');
const { runMigrations } = await import('./migrate/run.ts');
const { runRawBodies } = await import('./raw-body/run.ts');
const rows = [
  ...(await runLibraries()),
  ...(await runEvents()),
  ...(await runMigrations(values.write)),
  ...(await runRawBodies(values.write)),
  ...(await runDifferential({ requests, seed })),
];
if (values.system) rows.push(...(await (await import('./system/all.ts')).runSystem()));
printTable(rows);
if (rows.some(({ outcome }) => outcome === 'FAILED')) isFine = false;

for (const [project, folder] of folders) isFine = runVectors(project, folder) && isFine;
if (!values.system) console.log('Not run: --system (PyJWT, nginx, HAProxy)');
for (const project of Object.keys(PROJECTS) as Project[]) {
  if (!folders.has(project)) console.log(`Not run: --${project} DIR; ${whereOf(project)}`);
}
process.exitCode = isFine ? 0 : 1;

/** On both crypto backends, each in a process of its own. */
function runVectors(project: Project, path: string): boolean {
  const inside = join(path, PROJECTS[project].folder);
  const folder = existsSync(inside) ? inside : path;
  const program = join(HERE, 'vectors/run.ts');
  const onWeb = ['--import', join(HERE, 'vectors/on-web-crypto.ts')];
  const statuses = [
    spawnSync(process.execPath, [program, project, folder, 'node:crypto'], { stdio: 'inherit' }).status,
    spawnSync(process.execPath, [...onWeb, program, project, folder, 'WebCrypto'], { stdio: 'inherit' })
      .status,
  ];
  return statuses.every((status) => status === 0);
}

/** The folders of vectors that are named, each of which is there. */
function foldersOf(paths: Readonly<Partial<Record<Project, string>>>): ReadonlyMap<Project, string> {
  const named = new Map<Project, string>();
  for (const project of Object.keys(PROJECTS) as Project[]) {
    const path = paths[project];
    if (path === undefined) continue;
    if (!existsSync(path)) stop(`${path} is not there`, whereOf(project));
    named.set(project, path);
  }
  return named;
}

function whereOf(project: Project): string {
  const { repository, folder } = PROJECTS[project];
  return `git clone --depth 1 ${repository}${folder === '.' ? '' : `; the files are in ${folder}`}`;
}

function stop(problem: string, remedy: string): never {
  console.error(`interop: ${problem}.\n  → ${remedy}`);
  process.exit(2);
}
