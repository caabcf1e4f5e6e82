/** The examples that are whole programs, each started in its framework on a port of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Example } from '../../packages/core/dist/explain/index.js';
import { SECRET } from './program.ts';
import { railsServer } from './rails.ts';

const ENVIRONMENT = {
  ...process.env,
  WEBHOOK_SECRET: SECRET,
  GITHUB_WEBHOOK_SECRET: SECRET,
  PYTHONDONTWRITEBYTECODE: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};

const root = join(import.meta.dirname, '../..');

/** Without a file’s name in the example: what its framework’s beginners call it. */
const MAIN: Readonly<Record<string, string>> = {
  js: 'app.mjs',
  python: 'app.py',
  php: 'index.php',
  go: 'main.go',
};

/** Starts it in a new folder. @throws Error where it cannot be compiled */
export function start({ frameworks, language, code }: Example, port: number, folder: string): ChildProcess {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll('3000', String(port)));
    return path;
  };
  const child = (command: string, ...args: readonly string[]): ChildProcess =>
    spawn(command, args, {
      cwd: folder,
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
  switch (frameworks[0]) {
    case 'django':
      write('views.py', code);
      return child('/usr/bin/python3', write('manage.py', DJANGO));
    case 'rails':
      return child('ruby', write('app.rb', railsServer(code)));
    case 'nest':
      for (const [name, text] of filesOf(code)) compile(write(name, text));
      return child(process.execPath, join(folder, 'main.js'));
    case 'next': {
      const files = new Map([['server.js', NEXT], ...filesOf(code)]);
      for (const [name, text] of files) write(name, text);
      return child(process.execPath, join(folder, 'server.js'));
    }
  }
  const file = write(MAIN[language] ?? '', code);
  switch (language) {
    case 'python':
      return child('/usr/bin/python3', file);
    case 'php':
      return child('php', '-S', `127.0.0.1:${port}`, file);
    case 'go':
      return child('go', 'run', file);
    default:
      return child(process.execPath, file);
  }
}

/** An example of several files has each one’s name in a line before it. */
function filesOf(code: string): readonly (readonly [name: string, text: string])[] {
  const [, ...parts] = code.split(/^\/\/ (\S+\.(?:js|mjs|ts))\n/m);
  return parts.flatMap((name, i) => (i % 2 === 0 ? [[name, parts[i + 1] ?? ''] as const] : []));
}

/** As Nest’s own build does: with decorators, and the types that they are told. */
function compile(file: string): void {
  const options = [
    '--ignoreConfig --skipLibCheck --strict false --module nodenext --target es2022 --types node',
    '--experimentalDecorators --emitDecoratorMetadata',
  ].flatMap((text) => text.split(' '));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`it does not compile: ${stdout.slice(0, 1000)}`);
}

const DJANGO = `import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from wsgiref.simple_server import make_server
settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"])
django.setup()
from django.urls import path
from views import webhook
urlpatterns = [path("webhook", webhook)]
make_server("127.0.0.1", 3000, get_wsgi_application()).serve_forever()
`;

/** As \`next dev\` starts it, without the process between. */
const NEXT = `import { createServer } from 'node:http';
import next from 'next';
const app = next({ dev: true, port: 3000 });
await app.prepare();
createServer(app.getRequestHandler()).listen(3000);
`;

/** Until it takes connections. @throws Error where it ends before that, or after a minute */
export async function listening(port: number, child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = (errors + chunk).slice(-500);
  });
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`it has ended: ${errors}`);
    if (await takes(port)) return;
    await sleep(100);
  }
  throw new Error(`it does not listen: ${errors}`);
}

/** Asks nothing, so that a program that compiles what is asked for has nothing to compile. */
async function takes(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** With what it has started: `go run` is not the program itself. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}
