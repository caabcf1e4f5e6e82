/** Runs an example of `examples/frameworks`: its types, then its server in its framework or runtime, which is sent signed webhooks. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { freePort } from '../free-ports.ts';
import { packOne } from '../pack-packages.ts';
import type { Project } from './framework-projects.ts';
import { PROJECTS } from './framework-projects.ts';
import { listening, stop } from './start.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const SECRET = 'a webhook secret of the examples';
const PAGE = readFileSync(join(root, 'examples/frameworks/README.md'), 'utf8');
/** Of one step. Bundlers compile what is asked for when it first is. */
const LIMIT_MS = 60_000;

const ENVIRONMENT = {
  ...process.env,
  GITHUB_WEBHOOK_SECRET: SECRET,
  NEXT_TELEMETRY_DISABLED: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DO_NOT_TRACK: '1',
};

/** What all projects in a folder have: the library, as it is published. */
export async function installLibrary(folder: string): Promise<void> {
  const { name, file } = await packOne('core', folder);
  const target = join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', join(folder, file), '-C', target, '--strip-components=1']);
}

/** @throws Error where it does not compile, does not start, or answers otherwise than it should */
export async function runFramework(name: string, folder: string): Promise<void> {
  const project = PROJECTS[name];
  if (project === undefined) throw new Error('scripts/examples/framework-projects.ts has no project for it');
  const code = readFileSync(join(root, 'examples/frameworks', `${name}.ts`), 'utf8');
  if (!code.startsWith(`// ${project.place}`))
    throw new Error(`its first line does not say ${project.place}`);
  const port = await freePort();
  lay(project, folder, code, port);
  if (project.prepare) await runIn(folder, project.prepare);
  const compiler = [process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'];
  await runIn(folder, project.check ?? compiler);
  if (project.bundle !== undefined) await bundle(join(folder, project.place), join(folder, project.bundle));
  const [command = '', ...args] = project.command(port);
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...ENVIRONMENT, PORT: `${port}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  try {
    const printed = linesOf(child);
    await listening(port, child);
    for (const caller of project.callers ?? ['']) await exchange(port, caller, printed);
  } finally {
    await stop(child);
  }
}

function lay(project: Project, folder: string, code: string, port: number): void {
  const { place, files = {}, types = ['node'], compilerOptions = {} } = project;
  const names = ['@countersign/core', ...(project.dependencies ?? [])];
  const all: Readonly<Record<string, string>> = {
    'package.json': JSON.stringify({
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
    }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        target: 'es2024',
        module: 'nodenext',
        allowImportingTsExtensions: compilerOptions['noEmit'] !== false,
        types,
        ...compilerOptions,
      },
      files: [place, ...Object.keys(files).filter((file) => file === 'called.ts')],
    }),
    [place]: code,
  };
  for (const [file, text] of Object.entries({ ...all, ...files })) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file === place ? text : text.replaceAll('127.0.0.1:PORT', `127.0.0.1:${port}`));
  }
}

/** @throws Error with what it printed */
async function runIn(folder: string, [command = '', ...args]: readonly string[]): Promise<void> {
  try {
    await run(command, args, { cwd: folder, env: ENVIRONMENT, timeout: LIMIT_MS });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(' ')}: ${`${stdout}${stderr}`.slice(0, 1500)}`);
  }
}

/** As the tools of workers do: by the conditions that they set. */
async function bundle(input: string, file: string): Promise<void> {
  const build = await rolldown({
    input,
    platform: 'browser',
    resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import'] },
    logLevel: 'warn',
  });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
}

/** The lines that the handler prints. */
function linesOf(child: ChildProcess): { readonly pushes: string[]; next: () => Promise<unknown> } {
  const pushes: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, ref] = /pushed to (\S+)/.exec(line) ?? [];
      if (ref !== undefined) pushes.push(ref);
    }
  });
  return {
    pushes,
    next: () =>
      once(child.stdout as NonNullable<typeof child.stdout>, 'data', {
        signal: AbortSignal.timeout(LIMIT_MS),
      }),
  };
}

interface Exchanged {
  readonly what: string;
  readonly type?: string;
  readonly body: Buffer<ArrayBuffer>;
  readonly secret?: string;
  readonly status: number;
  /** What the handler prints, where it runs. */
  readonly pushed?: string;
}

/** The body that the examples’ page sends, for another branch. */
function pushTo(ref: string): Buffer<ArrayBuffer> {
  const [, body = ''] = /X-GitHub-Event: push' -d '(\{.*\})'/.exec(PAGE) ?? [];
  return Buffer.from(JSON.stringify({ ...JSON.parse(body), ref }));
}

/** @throws Error for the first answer that is not as it should be */
async function exchange(port: number, caller: string, printed: ReturnType<typeof linesOf>): Promise<void> {
  const main = `refs/heads/main${caller}`;
  const emoji = `refs/heads/🎉${caller}`;
  const plain = pushTo(main);
  const before = printed.pushes.length;
  const requests: readonly Exchanged[] = [
    { what: 'a forged one', body: plain, secret: 'another secret', status: 401 },
    { what: 'a genuine one', body: plain, status: 200, pushed: main },
    { what: 'the same again', body: plain, status: 200 },
    // GitHub does not sign it.
    { what: 'one under the type of another', type: 'issues', body: pushTo(`${main}-2`), status: 500 },
    {
      what: 'an emoji behind a byte order mark',
      body: Buffer.concat([Buffer.from('\ufeff'), pushTo(emoji), Buffer.from('\r\n')]),
      status: 200,
      pushed: emoji,
    },
  ];
  for (const { what, type = 'push', body, secret = SECRET, status } of requests) {
    const response = await fetch(`http://127.0.0.1:${port}/webhooks/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': type,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        'x-caller': caller,
      },
      body,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const text = await response.text();
    // Of a handler's errors a framework says what it likes.
    const isAsExpected = status === 500 || text === (status === 401 ? 'unauthorized' : '');
    if (response.status !== status || !isAsExpected) {
      throw new Error(`${caller} ${what}: it answers ${response.status} ${text.slice(0, 500)}`);
    }
  }
  const pushed = requests.flatMap((request) => request.pushed ?? []);
  // Its output may come after its answer.
  while (printed.pushes.length < before + pushed.length) await printed.next();
  const all = printed.pushes.slice(before);
  if (all.join() !== pushed.join())
    throw new Error(`its handler ran for ${all.join()}, not ${pushed.join()}`);
}
