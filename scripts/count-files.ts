/**
 * Prevents: a way through the house that grows a room at a time until nobody can follow it.
 * Starts a gateway, sends one request of each kind, and counts by V8's coverage the files of core and gateway whose
 * functions it ran until it was answered. Ends with 1 where one passes more than it may, and where ARCHITECTURE.md leads
 * a webhook through a function that did not run.
 * With `--list` also the lines of each file, and how many of its functions ran.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadConfig, startGateway } from '@countersign/gateway';
import {
  approovRequest,
  approovSecret,
  approovToken,
  flowentCall,
  githubRequest,
  type SandboxRequest,
  send,
  startIncodePlatform,
} from '@countersign/sandbox';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node --conditions=countersign-source scripts/count-files.ts [--list]', {
  options: { list: { type: 'boolean', default: false } },
});

interface Way {
  readonly name: string;
  /** What it passes now, and no more: docs/adr/0029-the-way-of-a-request.md. Lower it with each file that leaves the way. */
  readonly most: number;
  /** `turn` makes each request another one. */
  readonly send: (turn: number) => Promise<{ readonly status: number }>;
}

const root = join(import.meta.dirname, '..');
const SECRET = 'a secret that is used for this count only';
const BASE64_SECRET = Buffer.from(SECRET).toString('base64');
const dir = mkdtempSync(join(tmpdir(), 'countersign-count-'));
const incode = await startIncodePlatform();

writeFileSync(
  join(dir, 'actions.mjs'),
  `export default { name: 'hello', description: 'Says hello.', input: { type: 'object', properties: { turn: { type: 'integer' } } }, run: () => 'hello' };`,
);
writeFileSync(
  join(dir, 'countersign.yaml'),
  `
listen: { public: "127.0.0.1:0", admin: off }
store: "sqlite:events.db"
log: { level: error }
gates:
  github: { path: /github, provider: github, keys: [{ secret: "${SECRET}" }], keep: {} }
  flowent: { path: /actions/:action, provider: flowent, keys: [{ secret: "${SECRET}" }], answer: { actions: ./actions.mjs } }
  approov: { path: /v1/hello, provider: approov, keys: [{ secret: "${BASE64_SECRET}" }], respond: { status: 200, json: {} } }
sessions:
  onboarding:
    broker: incode
    at: /onboarding
    apiUrl: ${incode.apiUrl}
    apiKey: ${incode.apiKey}
    clientId: ${incode.clientId}
    flowId: ${incode.flowId}
    adminEmail: ${incode.admin.email}
    adminPassword: ${incode.admin.password}
    redirects: https://page.example
    auth: none
storeKey: "${'0123456789abcdef'.repeat(4)}"
`,
);
const { config } = await loadConfig({ cwd: dir, env: {} });
const gateway = await startGateway({ config });
const nowMs = Date.now();

const passOn = (request: SandboxRequest): Promise<{ readonly status: number }> =>
  send(request, gateway.publicUrl, { fetch });

/** Starts and finishes an onboarding, then approves it: only what the last call runs is counted. */
async function finishedInterview(): Promise<string> {
  const query = new URLSearchParams({ redirectUrl: 'https://page.example/done' });
  const answer = await fetch(`${gateway.publicUrl}/onboarding/onboarding-url?${query}`);
  const { interviewId } = (await answer.json()) as { readonly interviewId: string };
  await incode.finish(interviewId);
  return interviewId;
}

const interviews: string[] = [];

/** The last of a way’s requests. */
const LAST_TURN = 7;

for (let turn = 0; turn <= LAST_TURN; turn++) interviews.push(await finishedInterview());

const WAYS: readonly Way[] = [
  {
    name: 'a GitHub webhook, kept',
    most: 73,
    send: (turn) =>
      passOn(
        githubRequest({ secret: SECRET, nowMs, id: `${turn}`, body: `{"turn":${turn}}`, path: '/github' }),
      ),
  },
  {
    name: 'a Flowent call, answered',
    most: 91,
    send: (turn) =>
      passOn(
        flowentCall({
          key: SECRET,
          nowMs,
          action: 'hello',
          parameters: { turn },
        }),
      ),
  },
  {
    name: 'an Approov token, checked',
    most: 52,
    send: () =>
      passOn(approovRequest({ token: approovToken({ secret: approovSecret(BASE64_SECRET), nowMs }) })),
  },
  {
    name: 'an Incode approval',
    most: 63,
    send: (turn) =>
      fetch(`${gateway.publicUrl}/onboarding/approve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ interviewId: interviews[turn], onboardingStatus: 'ONBOARDING_FINISHED' }),
      }),
  },
];

/** What is written behind an answer, claims first of all, is not the way of the request after it. */
const AFTER_ANSWER_MS = 150;

/** A file whose functions ran. */
interface PassedFile {
  readonly path: string;
  readonly lines: number;
  /** Their names. */
  readonly functions: readonly string[];
}

function passedFiles(scripts: readonly Profiler.ScriptCoverage[]): readonly PassedFile[] {
  return scripts
    .flatMap(({ url, functions }): PassedFile[] => {
      const file = url.startsWith('file:') ? fileURLToPath(url) : '';
      const path = relative(root, file);
      const ran = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
      if (ran.length === 0 || !/^packages\/(core|gateway)\//.test(path)) return [];
      const lines = readFileSync(file, 'utf8').split('\n').length - 1;
      return [{ path, lines, functions: ran.map(({ functionName }) => functionName) }];
    })
    .sort((first, second) => (first.path < second.path ? -1 : 1));
}

/** The numbered lines of ARCHITECTURE.md whose function did not run. */
function untrueLines(files: readonly PassedFile[]): readonly string[] {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const way = [...page.matchAll(/^ *\d+ +(\S+)\.ts +(#?\w+) .*$/gm)];
  if (way.length === 0) return ['the way of a webhook is not there'];
  return way.flatMap(([line, name = '', called = '']) => {
    const path = name.startsWith('core/') ? name.slice('core/'.length) : name;
    const folder = path === name ? 'gateway' : 'core';
    const passed = files.find((file) => new RegExp(`^packages/${folder}/\\w+/${path}\\.`).test(file.path));
    return passed?.functions.includes(called) ? [] : [line.trim()];
  });
}

/** The files that one request passes until it is answered. */
async function filesOf(sendOne: () => Promise<{ readonly status: number }>): Promise<readonly PassedFile[]> {
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  const { status } = await sendOne();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  if (status >= 300) throw new Error(`a request was answered ${status}`);
  return passedFiles(result);
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
let isOver = false;
for (const { name, most, send: sendOne } of WAYS) {
  // What the first one loads and prepares is not the way.
  for (const turn of [0, 1]) await sendOne(turn);
  await delay(AFTER_ANSWER_MS);
  let files = await filesOf(() => sendOne(2));
  // What a timer ran meanwhile it does not run again with each of the next ones.
  for (let turn = 3; turn === 3 || (turn <= LAST_TURN && files.length > most); turn++) {
    const again = new Set((await filesOf(() => sendOne(turn))).map(({ path }) => path));
    files = files.filter(({ path }) => again.has(path));
  }
  if (files.length > most) isOver = true;
  const word = files.length > most ? 'too many' : 'ok      ';
  console.log(`${word}  ${name}: ${files.length} files, at most ${most}`);
  if (name === WAYS[0]?.name) {
    for (const line of untrueLines(files)) {
      isOver = true;
      console.log(`untrue    ARCHITECTURE.md: ${line}`);
    }
  }
  if (!values.list) continue;
  for (const { path, lines, functions } of files)
    console.log(`            ${String(lines).padStart(3)} ${String(functions.length).padStart(3)}  ${path}`);
}
session.disconnect();
await gateway.close();
await incode.close();
rmSync(dir, { recursive: true });
process.exitCode = isOver ? 1 : 0;
