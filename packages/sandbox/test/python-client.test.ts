import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { amiForm, DUMMY_SECRET, flowentCall, hmacRequest } from '../src/index.ts';
import { type Arrived, type EchoServer, startEchoServer } from './echo-server.ts';
import { bodyText, hasPython } from './support.ts';

const CLIENT = fileURLToPath(new URL('./python-client.py', import.meta.url));
const KEYS = {
  FLOWENT_HMAC_KEY: 'flowent-demo-key',
  MY_SECRET_KEY: 'hmac-demo-key',
  AMI_SECRET_TOKEN: 'ami-demo-token',
  APPROOV_BASE64_SECRET: DUMMY_SECRET,
};

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runClient(
  args: readonly string[],
  env: Readonly<Record<string, string>> = KEYS,
): Promise<Run> {
  const path = { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn('python3', [...args], { env: { ...path, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...text };
}

/** `-S` leaves site-packages out, so the client falls back to urllib. */
const LIBRARIES = [
  { library: 'the standard library alone', flags: ['-S'] },
  { library: 'what is installed', flags: [] },
];

describe.runIf(hasPython()).each(someOf(LIBRARIES, 2))('python-client.py with $library', ({ flags }) => {
  let server: EchoServer;
  let names: readonly string[];
  const named = (name: string): Arrived => {
    const request = server.arrived[names.indexOf(name)];
    if (request === undefined) throw new Error(`no request is named ${name}`);
    return request;
  };
  const header = (request: Arrived, name: string): string => {
    const at = request.rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
    return at < 0 ? '' : (request.rawHeaders[at + 1] ?? '');
  };

  beforeAll(async () => {
    server = await startEchoServer();
    const run = await runClient([...flags, CLIENT, server.url]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const line of lines)
      expect(line).toMatchObject({ name: expect.any(String), status: 200, body: 'taken' });
    names = lines.map((line) => line.name);
  });
  afterAll(() => server.close());

  it('prints one line a request', () => {
    expect(names).toHaveLength(server.arrived.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('repeats the very bytes', () => {
    for (const name of names.filter((candidate) => candidate.endsWith('-again'))) {
      const [first, again] = [named(name.replace(/-again$/, '')), named(name)];
      expect(again.body.equals(first.body)).toBe(true);
      for (const field of ['x-signature', 'x-timestamp', 'approov-token']) {
        expect(header(again, field)).toBe(header(first, field));
      }
    }
  });

  it.each([
    'python',
    'python-compact',
    'python-raw-unicode',
    'python-spaced',
    'javascript',
    'go',
    'indented',
  ] as const)('sends the Flowent form %s as the sandbox does', (form) => {
    const request = named(`flowent/${form}`);
    const { action_name: action, parameters, timestamp } = JSON.parse(request.body.toString('utf8'));
    const key = KEYS.FLOWENT_HMAC_KEY;
    const ours = flowentCall({ action, parameters, key, nowMs: timestamp * 1000, form });
    expect(request.body.toString('utf8')).toBe(bodyText(ours));
    expect(request).toMatchObject({ method: 'POST', path: '/actions/send_email' });
    expect(header(request, 'content-type')).toBe('application/json');
  });

  it.each(['go-reordered', 'reordered'] as const)('signs the Flowent form %s as the sandbox does', (form) => {
    const {
      action_name: action,
      parameters,
      timestamp,
      signature,
    } = JSON.parse(named(`flowent/${form}`).body.toString('utf8'));
    const ours = flowentCall({
      action,
      parameters,
      key: KEYS.FLOWENT_HMAC_KEY,
      nowMs: timestamp * 1000,
      form,
    });
    expect(signature).toBe(JSON.parse(bodyText(ours)).signature);
  });

  it('signs generic requests as the sandbox does', () => {
    for (const name of ['hmac/signed', 'hmac/nonce', 'hmac/stale']) {
      const request = named(name);
      const nonce = header(request, 'x-nonce');
      const ours = hmacRequest({
        key: KEYS.MY_SECRET_KEY,
        nowMs: Number(header(request, 'x-timestamp')) * 1000,
        body: new Uint8Array(request.body),
        ...(nonce === '' ? {} : { nonce }),
      });
      expect(ours.headers).toContainEqual({ name: 'x-signature', value: header(request, 'x-signature') });
    }
  });

  it.each([
    { name: 'urlencoded', blankFields: 'signed' },
    { name: 'blank-signed', blankFields: 'signed' },
    { name: 'blank-left-out', blankFields: 'left-out' },
  ] as const)('posts the form $name as the sandbox does', ({ name, blankFields }) => {
    const request = named(`flow-production-tracking/${name}`);
    const form = [...new URLSearchParams(request.body.toString('utf8'))].map(([field, value]) => ({
      name: field,
      value,
    }));
    const nowMs = Date.parse(form.find((field) => field.name === 'timestamp')?.value ?? '');
    const fields = form.filter((field) => field.name !== 'timestamp' && field.name !== 'signature');
    const ours = amiForm({ fields, key: KEYS.AMI_SECRET_TOKEN, nowMs, blankFields });
    expect(request.body.toString('utf8')).toBe(bodyText(ours));
  });

  it('signs tokens with the decoded secret', () => {
    for (const [name, holds] of Object.entries({ valid: true, bound: true, expired: true, forged: false })) {
      const [head, payload, signature] = header(named(`approov/${name}`), 'approov-token').split('.');
      const key = Buffer.from(DUMMY_SECRET, 'base64');
      const expected = createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url');
      expect(signature === expected, name).toBe(holds);
    }
  });

  it('plays only the systems that are asked for', async () => {
    const run = await runClient([...flags, CLIENT, server.url, 'approov'], {
      APPROOV_BASE64_SECRET: DUMMY_SECRET,
    });
    expect(run.code).toBe(0);
    for (const line of run.stdout.trim().split('\n')) expect(JSON.parse(line).name).toMatch(/^approov\//);
  });

  it('says what is missing', async () => {
    expect(await runClient([...flags, CLIENT, server.url, 'hmac'], {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MY_SECRET_KEY is not set'),
    });
    expect(await runClient([...flags, CLIENT])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^usage:/),
    });
    expect(await runClient([...flags, CLIENT, 'http://127.0.0.1:1'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no answer'),
    });
  });
});
