/** The five examples, each served as it stands by the built command, called by a Python client that shares no code with us. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { PROGRAM, ROOT } from './support.ts';

const KEYS = {
  FLOWENT_HMAC_KEY: 'flowent-demo-key',
  MY_SECRET_KEY: 'your-chosen-secret-key',
  AMI_SECRET_TOKEN: 'ami-demo-token',
  AMI_RENDER_TOKEN: 'ami-demo-token-of-render',
  AMI_EXPORT_TOKEN: 'ami-demo-token-of-export',
  APPROOV_BASE64_SECRET:
    'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==',
  API_KEY: 'incode-demo-api-key',
  CLIENT_ID: 'incode-demo-client',
  FLOW_ID: 'incode-demo-flow',
  ADMIN_TOKEN: 'incode-demo-admin-token',
};

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

async function serve(example: string): Promise<{ url: string; child: ChildProcess }> {
  const config = join(ROOT, 'examples', example, 'countersign.yaml');
  const env = { ...process.env, ...KEYS, PORT: '0', ADMIN_PORT: '0', STORE: ':memory:' };
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', config], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  if (!child.stderr) throw new Error('no stderr');
  for await (const line of createInterface(child.stderr)) {
    const url = /public\s+(http:\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return { url, child };
    }
  }
  throw new Error(`${example} did not start`);
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
const pythonReason = hasPython ? '' : ' (skipped: python3 is not on this machine; install it)';

interface PythonLine {
  readonly name: string;
  readonly status: number;
  readonly body: string;
}

async function callFromPython(url: string, system: string): Promise<readonly PythonLine[]> {
  const script = join(ROOT, 'packages/sandbox/test/python-client.py');
  const { HTTP_PROXY: _a, http_proxy: _b, ...env } = process.env;
  const child = spawn('python3', [script, url, system], { env: { ...env, ...KEYS } });
  const lines: PythonLine[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(JSON.parse(line));
  return lines;
}

/** The requests that the client spoils on purpose. */
const REFUSED = /\/(tampered|unsigned|stale|wrong-binding|expired|forged|missing)$/;

const ANSWERS_TO_REPEATS = [
  { example: 'flowent', again: 409 },
  { example: 'hmac', again: 409 },
  { example: 'flow-production-tracking', again: 409 },
  { example: 'approov', again: 200 },
];

describe.each(someOf(ANSWERS_TO_REPEATS, 4))('examples/$example', ({ example, again }) => {
  it.skipIf(!hasPython)(
    `takes every reading of a Python client, refuses its forgeries, and answers a repeat ${again}${pythonReason}`,
    async () => {
      const { url } = await serve(example);
      const lines = await callFromPython(url, example);
      expect(lines.length).toBeGreaterThan(1);
      for (const { name, status, body } of lines) {
        const wanted = name.endsWith('-again') ? again : REFUSED.test(name) ? 401 : 200;
        expect(status, `${name}: ${body}`).toBe(wanted);
      }
    },
  );
});

// A short run has served Flowent’s above and below.
describe.each(someOf(['flowent', 'hmac', 'flow-production-tracking', 'incode', 'approov'], 2, 1))(
  'examples/%s',
  (example) => {
    it('answers /health, and /actions for Flowent only, refuses what is unsigned, and drains on SIGTERM', async () => {
      const { url, child } = await serve(example);
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
        status: 'healthy',
        timestamp: expect.any(Number),
      });
      // Flowent's list is for anybody, as its reference server's is; what other gates run is not told.
      const list = await fetch(`${url}/actions`);
      expect(list.status).toBe(example === 'flowent' ? 200 : 404);
      if (example === 'flowent') {
        const { actions } = (await list.json()) as { actions: { name: string }[] };
        const names = ['create_user', 'get_weather', 'send_email'];
        expect(actions.map(({ name }) => name).sort()).toEqual(names);
      }
      const path = {
        flowent: '/actions/send_email',
        hmac: '/hmac',
        'flow-production-tracking': '/ami/show_selection',
        incode: '/webhook',
        approov: '/v1/hello',
      }[example];
      const refused = await fetch(`${url}${path}`, { method: 'POST', body: '{}' });
      // Nothing signs an Incode webhook; this one names no interview.
      expect(refused.status).toBe(example === 'incode' ? 400 : 401);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    });
  },
);

describe('Flowent’s answers', () => {
  it('are as the platform documents them', async () => {
    const { url } = await serve('flowent');
    const test = { action_name: 'send_email', parameters: {}, timestamp: 1, test: true };
    const post = async (name: string, body: object) => {
      const answer = await fetch(`${url}/actions/${name}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await post('send_email', test)).toEqual({
      status: 200,
      body: { result: 'Test successful for action: send_email', error: '' },
    });
    expect(await post('no_such', { ...test, action_name: 'no_such' })).toMatchObject({
      status: 404,
      body: { result: '' },
    });
    expect(await post('send_email', { ...test, test: false })).toEqual({
      status: 401,
      body: { error: 'unauthorized' },
    });
  });
});
