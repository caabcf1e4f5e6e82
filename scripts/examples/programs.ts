/** The examples that are whole programs: each is started on a port of its own and sent signed webhooks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Example } from '../../packages/core/dist/explain/index.js';
import { freePorts } from '../free-ports.ts';

const SECRET = 'a-secret-of-the-examples';
const ENVIRONMENT = { ...process.env, WEBHOOK_SECRET: SECRET, PYTHONDONTWRITEBYTECODE: '1' };

/** As no printer of JSON writes it, with a letter of two bytes. */
const BODY = '{ "id" : "evt_1","name":"J\u00f6rg",\n "amount":1.0 }\n';

/** @throws Error where a genuine webhook is not taken, or a changed one is */
export async function runProgram(example: Example, scratch: string): Promise<void> {
  const [framework] = example.frameworks;
  if (framework === 'lambda') return callHandler(example, scratch);
  if (framework === 'nginx') return sendThroughNginx(example, scratch);
  const [port = 0] = await freePorts(1);
  const child = start(example, port, scratch);
  try {
    await listening(port, child);
    await judges((body, signature) => send(port, body, signature));
  } finally {
    await stop(child);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function judges(ask: (body: string, signature: string) => Promise<Answer>): Promise<void> {
  const signature = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
  const genuine = await ask(BODY, signature);
  if (genuine.status !== 200 || genuine.text !== 'evt_1') {
    throw new Error(`a genuine webhook is answered with ${genuine.status} ${genuine.text.slice(0, 200)}`);
  }
  const changed = await ask(BODY.replace('1.0', '9.0'), signature);
  if (changed.status !== 401) throw new Error(`a changed webhook is answered with ${changed.status}`);
}

async function send(port: number, body: string, signature: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
    body,
  });
  return { status: response.status, text: await response.text() };
}

function start({ frameworks, language, code }: Example, port: number, scratch: string): ChildProcess {
  const folder = join(scratch, String(frameworks[0]));
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
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
  switch (language) {
    case 'python':
      if (!frameworks.includes('django')) return child('/usr/bin/python3', file('app.py', code));
      file('views.py', code);
      return child('/usr/bin/python3', file('manage.py', DJANGO));
    case 'php':
      return child('php', '-S', `127.0.0.1:${port}`, file('index.php', code));
    case 'go':
      return child('go', 'run', file('main.go', code));
    default:
      return child(process.execPath, file('app.mjs', code));
  }
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

async function listening(port: number, child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = (errors + chunk).slice(-500);
  });
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`it has ended: ${errors}`);
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (response) return;
    await sleep(100);
  }
  throw new Error(`it does not listen: ${errors}`);
}

/** With what it has started: `go run` is not the program itself. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}

/** As a function URL calls it. */
async function callHandler({ code }: Example, scratch: string): Promise<void> {
  const path = join(scratch, 'lambda.mjs');
  writeFileSync(path, code);
  process.env['WEBHOOK_SECRET'] = SECRET;
  const { handler } = await import(pathToFileURL(path).href);
  for (const isBase64Encoded of [true, false]) {
    await judges(async (text, signature) => {
      const { statusCode, body = '' } = await handler({
        requestContext: { http: { method: 'POST' } },
        rawPath: '/webhook',
        rawQueryString: '',
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
        body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
        isBase64Encoded,
      });
      return { status: statusCode, text: body };
    });
  }
}

/** What stands behind it must be sent what came, to the letter. */
async function sendThroughNginx({ code }: Example, scratch: string): Promise<void> {
  const [port = 0, behind = 0] = await freePorts(2);
  const seen: string[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    seen.push(`${req.method} ${req.url} ${req.headers.host} ${req.headers['x_signature']} ${body}`);
    res.end();
  }).listen(behind, '127.0.0.1');
  const path = join(scratch, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${scratch}/${name};`,
  );
  writeFileSync(
    path,
    `daemon off; master_process off; pid ${scratch}/nginx.pid; error_log stderr; events {}
http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port};
${code.replaceAll('3000', String(behind))}
} }
`,
  );
  const child = spawn('nginx', ['-c', path, '-p', scratch], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  try {
    await listening(port, child);
    seen.length = 0;
    const target = '/a//b%2Fc/?q=%3a+1&&b=';
    await fetch(`http://127.0.0.1:${port}${target}`, {
      method: 'POST',
      headers: { x_signature: 'abc' },
      body: BODY,
    });
    const expected = `POST ${target} 127.0.0.1:${port} abc ${BODY}`;
    if (seen[0] !== expected) throw new Error(`behind nginx comes ${seen[0]}`);
  } finally {
    await stop(child);
    server.close();
    server.closeAllConnections();
  }
}
