/** Each sentence of the command line beside what raises it: what happened, and what to do. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { parseRawHttp } from '../../../core/src/request-input/raw-http.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../../gateway/test/support/self-signed.ts';
import { describeFailure } from '../../src/failure.ts';
import { flowent } from '../../src/sandbox/flowent.ts';
import { noAnswer } from '../../src/send-request.ts';
import { newFolder, run } from '../support.ts';
import { CONFIGURATION, usageCases } from './usage-cases.ts';

const NOW = 1_760_000_000_000;
const KEY = 'a-key-of-more-than-sixteen-bytes';

it.each(usageCases)(
  '$args $stdin',
  async ({ args, stdin, env = {}, files = {}, folder = '.', says, remedy }) => {
    const top = newFolder();
    const cwd = join(top, folder);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(top, 'countersign.yaml'), CONFIGURATION);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    const ran = await run(args, { cwd, env, now: () => NOW, ...(stdin !== undefined && { stdin }) });
    expect(ran.code).toBe(2);
    expect(ran.err.replaceAll(cwd, '{folder}')).toContain(`countersign: ${says}\n  → ${remedy}\n`);
    expect(ran.err).not.toContain('a bug');
  },
);

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

it('why no answer came', async () => {
  const silent = await portOf(createServer(() => {}));
  const rude = await portOf(createServer((request) => request.socket.destroy()));
  const secure = await portOf(createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, () => {}));
  const wordy = await portOf(
    createServer((_, response) => response.writeHead(200, { a: 'b'.repeat(1e5) }).end()),
  );
  const cases: readonly (readonly [url: string, says: string, remedy: string])[] = [
    [
      `http://127.0.0.1:${silent}/`,
      `127.0.0.1:${silent} did not answer within 50 ms`,
      'Give it longer with --timeout SECONDS, or look at its log.',
    ],
    [
      'http://127.0.0.1:9/',
      'port 9 belongs to another protocol, so HTTP clients, like browsers, refuse to call it',
      'Let the server listen on another port.',
    ],
    [
      'http://nobody.invalid/',
      'the host name nobody.invalid cannot be resolved',
      'Check the host name and the network.',
    ],
    [
      `http://127.0.0.1:${rude}/`,
      `127.0.0.1:${rude} closed the connection before it answered`,
      'Look at its log, and check whether it expects https.',
    ],
    [
      `https://127.0.0.1:${secure}/`,
      `127.0.0.1:${secure}’s certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      'Name its authority in NODE_EXTRA_CA_CERTS.',
    ],
    [
      `https://127.0.0.1:${silent}/`,
      `127.0.0.1:${silent} does not answer in TLS`,
      'Check the port, or use http:// if it expects plain HTTP.',
    ],
    [
      `http://127.0.0.1:${wordy}/`,
      `no answer from 127.0.0.1:${wordy}: Headers Overflow Error`,
      'Check the address and the network.',
    ],
  ];
  for (const [url, says, remedy] of cases) {
    const timeout = url.startsWith(`http://127.0.0.1:${silent}`) ? '0.05' : '20';
    const { code, err } = await run(['send', url, '-p', 'hmac', '-k', KEY, '-d', 'x', '--timeout', timeout]);
    expect(err).toContain(`countersign: ${says}\n  → ${remedy}\n`);
    expect(code).toBe(1);
  }
}, 30_000);

it.each([
  [
    'CERT_HAS_EXPIRED',
    'h.example’s certificate has expired',
    'Have it renewed, or check the clock of this machine.',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'h.example’s certificate is for another name',
    'Call it by a name that the certificate has.',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'h.example and this machine have no TLS version or cipher in common (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    'Check which TLS versions it accepts.',
  ],
])('what TLS failed at: %s', (code, message, remedy) => {
  const cause = Object.assign(new Error('0A00010B:SSL routines:\n'), { code });
  const told = noAnswer(new TypeError('fetch failed', { cause }), new URL('https://h.example/'));
  expect(told).toMatchObject({ message, remedy });
});

it('a port that another program has', async () => {
  const port = await portOf(createServer());
  const { code, err } = await run(['sandbox', 'flowent', '--port', String(port)]);
  expect(err).toBe(
    `countersign: cannot listen on port ${port} (EADDRINUSE)\n  → Choose another with --port.\n`,
  );
  expect(code).toBe(2);
});

it('lines of a batch whose keys cannot be read', async () => {
  const line = (key: unknown): string =>
    JSON.stringify({ provider: 'hmac', keys: [key], request: { method: 'GET', url: '/' } });
  const cases: readonly (readonly [key: unknown, message: string])[] = [
    [1, 'keys[0]: the key is neither a text nor an object'],
    [{ secret: KEY, use: 'sig' }, 'keys[0]: a key has no member "use"'],
    [{ id: 'a' }, 'keys[0].secret: there is no secret'],
    [{ secret: KEY, id: 1 }, 'keys[0].id: the id is not text'],
    [{ secret: KEY, state: 'old' }, 'keys[0].state: the value is not known'],
    [{ secret: KEY, untilMs: 'tomorrow' }, 'keys[0].untilMs: it is not a number'],
  ];
  const { out } = await run(['verify', '--batch'], { stdin: cases.map(([key]) => line(key)).join('\n') });
  const views = out
    .trimEnd()
    .split('\n')
    .map((printed) => JSON.parse(printed) as object);
  expect(views).toEqual(
    cases.map(([, sentence]) => ({
      ok: false,
      reason: 'setup-error',
      step: 'pick',
      message: `${sentence}.`,
    })),
  );
});

it('a .env that cannot be read, a line that is none, an address that is another’s', async () => {
  expect(() => parseRawHttp(Buffer.from('hello'))).toThrow('the first line is not a request line');
  const cwd = newFolder();
  mkdirSync(join(cwd, 'a'));
  // A path of this length is one that no system opens.
  const { err } = await run(['sign', 'http://a/', '-p', 'hmac'], { cwd: join(cwd, 'x'.repeat(5000)) });
  expect(err).toBe(
    'countersign: .env cannot be read: ENAMETOOLONG\n  → Fix it, or run the command in another folder.\n',
  );
  const demo = await run(['demo', '--host', '203.0.113.1']);
  expect(demo.err).toMatch(
    /^countersign: --host 203\.0\.113\.1 is not an IP address of this machine.\n {2}→ /,
  );
});

it('parameters of the sandbox’s line that are no JSON', async () => {
  const settings = { port: 0, gatewayUrl: 'http://127.0.0.1:9', variable: () => undefined };
  const platform = await flowent.start({ ...settings, now: Date.now, onEvent() {} });
  onTestFinished(() => platform.close());
  await expect(platform.ask?.('x {bad')).rejects.toMatchObject({
    message: 'the parameters are not JSON',
    remedy: 'Write NAME {"parameter": "value"}, on one line.',
  });
});

it('an action that the sandbox does not have, and two accounts where one is pulled from', async () => {
  const start = async (): ReturnType<typeof flowent.start> => {
    const settings = { port: 0, gatewayUrl: 'http://127.0.0.1:9', variable: () => undefined };
    const platform = await flowent.start({ ...settings, now: Date.now, onEvent() {} });
    onTestFinished(() => platform.close());
    return platform;
  };
  const platforms = [await start(), await start()] as const;
  await expect(platforms[0].ask?.('x')).rejects.toMatchObject({
    message: 'no action is named "x"',
    remedy: 'None is registered yet.',
  });
  const gates = platforms.map(
    ({ variables: { FLOWENT_API_URL: url, FLOWENT_API_TOKEN: token } }, i) =>
      `  g${i}: { path: "/g${i}/:action", provider: flowent, keys: [{ secret: ${KEY} }], answer: { actions: ./a.mjs, register: { apiUrl: "${url}", apiToken: "${token}" } } }`,
  );
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `store: "memory:"\npublicUrl: http://127.0.0.1:8787\ngates:\n${gates.join('\n')}`,
  );
  const action = `{ name: 'a', description: 'A.', input: { type: 'object' }, run: () => 'a' }`;
  writeFileSync(join(cwd, 'a.mjs'), `export const a = ${action};`);
  const { code, err } = await run(['actions', 'pull'], { cwd });
  expect(err).toContain(
    'countersign: the gates register with 2 accounts\n  → Choose one with --gate: g0, g1.\n',
  );
  expect(code).toBe(2);
});

it('a key in the shell’s history, and a gate that is not the one of the path', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), CONFIGURATION);
  const signed = await run(['sign', 'http://a/', '-p', 'hmac', '-k', KEY], { cwd, isTTY: true });
  expect(signed.err).toContain(
    'The key is now in the shell’s history; --key-env and --key-file keep it out.\n',
  );
  const stdin = 'POST /open HTTP/1.1\r\nhost: a\r\n\r\n';
  const { out, err } = await run(['explain', '--config', 'countersign.yaml', '--gate', 'one'], {
    cwd,
    stdin,
  });
  expect(`${out}${err}`).toContain(
    '! Only the proof is judged, since --gate is given; the gateway would not take the request to one: the request’s path is that of the gate open.',
  );
});

it('an answer that is longer than a terminal wants', async () => {
  const port = await portOf(createServer((_, response) => response.end('a'.repeat(5e6))));
  const { err } = await run(['send', `http://127.0.0.1:${port}/`, '-p', 'hmac', '-k', KEY]);
  expect(err).toMatch(/The answer is longer; \d+ bytes of it are shown\./);
});

it('an input without end', async () => {
  // Never written to, so that it takes no memory.
  const stdin = new Uint8Array(256 * 1024 * 1024 + 1);
  const { code, err } = await run(['verify', '-p', 'hmac', '-k', KEY], { stdin });
  expect(err).toContain('countersign: standard input is too long\n  → Give one request.\n');
  expect(code).toBe(2);
});

it('an expected signature that would not go to a terminal, and a request that is named beside a batch', async () => {
  const revealed = await run(['explain', '-p', 'hmac', '-k', KEY, '--reveal'], { stdin: '' });
  expect(revealed.err).toContain(
    'countersign: --reveal is given, and standard output is no terminal\n  → Whoever has an expected signature can send the request: it is shown on your own terminal only.\n',
  );
  const batch = await run(['explain', '--batch', '-p', 'hmac'], { stdin: '' });
  expect(batch.err).toContain(
    'countersign: --batch and --provider are given\n  → Each line has its own provider, keys and time.\n',
  );
});

it('what is a bug of ours is called one', () => {
  expect(describeFailure(new Error('x is undefined'))).toMatchObject({
    problem: 'a bug: x is undefined',
    remedy: 'Set DEBUG=1 to see where, and report it.',
    exitCode: 70,
  });
});

it('a file of the user’s that cannot be used is no bug', async () => {
  const cwd = newFolder();
  mkdirSync(join(cwd, '.env.example'));
  expect(await run(['init'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      'countersign: a file cannot be used: it is a folder\n  → Check the path and its permissions.\n',
    ),
  });
  const missing = join(cwd, 'missing', 'x');
  expect(describeFailure(thrownBy(() => readFileSync(missing)))).toEqual({
    problem: `${missing} cannot be used: there is no such file or folder`,
    remedy: 'Check the path and its permissions.',
    exitCode: 2,
  });
});

it('a full disk of the store is no bug, whoever tells of it', () => {
  const db = new DatabaseSync(':memory:');
  const cause = thrownBy(() => db.exec('PRAGMA max_page_count = 1; CREATE TABLE t (a)'));
  for (const error of [cause, new Error('The store did not take it.', { cause })])
    expect(describeFailure(error)).toEqual({
      problem: 'the disk of the store is full',
      remedy: 'Make room on it, then do the same again: what was stored before is kept.',
      exitCode: 2,
    });
});

it('a file of the program’s own that is not there is a bug', () => {
  const own = join('packages', 'cli', 'src', 'missing.ts');
  expect(describeFailure(thrownBy(() => readFileSync(resolve(own))))).toMatchObject({ exitCode: 70 });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('every one stands in a test', () => {
  const places = {
    UsageError: [0],
    SetupError: [1],
    NoAnswerError: [0],
    problem: 'property',
    warn: [0],
  } as const;
  expect(unquotedSentences('packages/cli', places)).toEqual([]);
});
