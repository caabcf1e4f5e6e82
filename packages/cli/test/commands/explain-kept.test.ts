/** `countersign explain --last`, `--refused` and `--event`: what a gateway has kept, judged again. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { type Gateway, type LogSink, loadConfig, type Store, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { newFolder, type Ran, type RunOptions, run, spawnProgram, startProgram } from '../support.ts';

const SECRET = 'a secret of more than sixteen bytes';
const OTHER = 'another secret of the same length';
const STORE_KEY = '0123456789abcdef'.repeat(4);
const OTHER_STORE_KEY = 'f'.repeat(64);
const TOKEN = 'admin-token-of-this-test';

const GATES = `gates:
  hooks: { path: /hooks, provider: github, keys: [{ secret: "\${env:SECRET}" }], keep: {}, keepRefused: true }
  timed: { path: /timed, provider: { id: hmac, toleranceMs: 60000 }, keys: [{ secret: "\${env:SECRET}" }], respond: { status: 204 }, keepRefused: { atMost: 10, for: 1h } }
  silent: { path: /silent, provider: github, keys: [{ secret: "\${env:SECRET}" }], respond: { status: 204 } }
`;

interface Bench {
  readonly cwd: string;
  readonly gateway: Gateway;
  readonly clock: { nowMs: number };
  /** Runs `countersign explain` in the folder of the configuration, and with its key. */
  explain(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The id of the answer. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<string>;
}

interface BenchOptions {
  readonly gates?: string;
  readonly storeKey?: boolean;
  readonly store?: string;
}

async function started({
  gates = GATES,
  storeKey = true,
  store = 'sqlite:s.db',
}: BenchOptions = {}): Promise<Bench> {
  const cwd = newFolder();
  const port = await freePort();
  const lines = [
    `listen: { public: "127.0.0.1:0", admin: "127.0.0.1:${port}" }`,
    `store: "${store}"`,
    `admin: { token: "\${env:TOKEN}" }`,
    ...(storeKey ? [`storeKey: "\${env:STORE_KEY}"`] : []),
    gates,
  ];
  writeFileSync(join(cwd, 'countersign.yaml'), lines.join('\n'));
  const env = { SECRET, TOKEN, STORE_KEY };
  const clock = { nowMs: Date.now() };
  const logSink: LogSink = { write() {} };
  const { config } = await loadConfig({ cwd, env });
  const gateway = await startGateway({ config, logSink, now: () => clock.nowMs });
  onTestFinished(() => gateway.close());
  return {
    cwd,
    gateway,
    clock,
    explain: (args, options) => run(['explain', ...args], { cwd, env, now: () => clock.nowMs, ...options }),
    post: async (path, headers, body) => {
      const answer = await fetch(gateway.publicUrl + path, { method: 'POST', headers, body });
      return answer.headers.get('x-request-id') ?? '';
    },
  };
}

async function listedClaims({ claims }: Store): Promise<number> {
  let count = 0;
  for await (const _ of claims.list(0)) count++;
  return count;
}

function signed(body: string, secret = SECRET): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

function timed(body: string, seconds: number): Record<string, string> {
  const signature = createHmac('sha256', SECRET).update(`${seconds}.`).update(body).digest('hex');
  return { 'x-timestamp': String(seconds), 'x-signature': signature };
}

describe('countersign explain --last', () => {
  it('explains the last refused request of all gates, or of one, by the gate that refused it', async () => {
    const { explain, post, clock } = await started();
    await post('/timed', {}, 'x');
    clock.nowMs += 90_000;
    const id = await post('/hooks?delivery=7', signed('{"a":1}'), '{"a": 1}');
    clock.nowMs += 90_000;
    const { code, out, err } = await explain(['--last']);
    expect(code).toBe(1);
    expect(out).toContain('hooks refused it 90 s ago, at ');
    expect(out).toContain(`: signature-mismatch at step compare (request ${id}, from 127.0.0.1)\n`);
    expect(out).toContain('Judged as of that time; --now TIME sets another.\nPOST /hooks?delivery=7\n');
    // The body is there, byte for byte.
    expect(out).toContain('The message, 8 bytes\n    {"a": 1}\n');
    expect(err).toBe('');
    const other = await explain(['--last', '--gate', 'timed']);
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringContaining('missing-signature at step extract'),
    });
    // Its head was reason enough, and its body is short.
    expect(other.out).toContain('body 1 byte');
    expect(other.err).toBe('');
  });

  it('judges the time as at when the request came, and at another where that is asked for', async () => {
    const { explain, post, clock } = await started();
    const seconds = Math.floor(clock.nowMs / 1000) - 200;
    await post('/timed', timed('x', seconds), 'x');
    clock.nowMs += 86_000;
    const then = await explain(['--last']);
    expect(then.out).toMatch(/✗ +fresh .*age 3 min 2[01] s/);
    expect(then).toMatchObject({ code: 1, err: '' });
    const now = await explain(['--last', '--now', String(seconds + 1)]);
    expect(now.code).toBe(0);
    expect(now.out).not.toContain('Judged as of that time');
    // A time of one's own says nothing of the gateway.
    expect(now.err).toBe('');
  });

  it('says that the gateway has other keys where this configuration accepts what it refused', async () => {
    const { explain, post } = await started();
    await post('/hooks', signed('x', OTHER), 'x');
    const env = { SECRET: OTHER, TOKEN, STORE_KEY };
    const { code, err } = await explain(['--last'], { env });
    expect(code).toBe(0);
    expect(err).toBe(
      '! The gateway refused it for signature-mismatch, and this configuration accepts it: the gateway that refused it had other keys or an older configuration than this one. `countersign keys list --gate hooks` shows keys that were added while it ran; if there are none, start it again with this configuration.\n',
    );
    await post('/hooks', { 'x-hub-signature-256': 'sha1=00' }, 'x');
    const other = await explain(['--last', '--gate', 'timed']).then(({ err: text }) => text);
    expect(other).toContain('no refused request of the gate timed is kept now');
  });

  it('says of a repeat when the first was taken, and which event it became', async () => {
    const gates = `${GATES}  once: { path: /once, provider: hmac, keys: [{ secret: "\${env:SECRET}" }], keep: {}, replay: { repeat: refuse }, keepRefused: true }\n`;
    const { explain, post, clock, gateway } = await started({ gates });
    for (const path of ['/once', '/timed']) {
      const takenAt = new Date(clock.nowMs).toISOString();
      const headers = timed('x', Math.floor(clock.nowMs / 1000));
      await post(path, headers, 'x');
      const [event] = await gateway.store.events.list({ gate: 'once' });
      await expect.poll(() => listedClaims(gateway.store)).toBe(path === '/once' ? 1 : 2);
      clock.nowMs += 12_000;
      const id = await post(path, headers, 'x');
      const first = `The first came 12 s before, at ${takenAt}${path === '/once' ? `, and is the event ${event?.id}` : ''}.`;
      for (const args of [['--last'], ['--refused', id]]) {
        const { code, out, err } = await explain(args);
        expect(code).toBe(1);
        expect(out).toMatch(/refused {2}hmac: replayed at step replay/);
        expect(out).toContain(
          `The same request came before, was proved, and its handling ended: this is a repeat of it. It was signed 12`,
        );
        expect(out).toContain(first);
        expect(err).toBe('');
      }
      const json = JSON.parse((await explain(['--last', '--json'])).out);
      expect(json).toMatchObject({ verdict: { reason: 'replayed' }, findings: [{ id: 'replay-committed' }] });
      // At another time it is no repeat.
      const { code } = await explain(['--last', '--now', String(Math.floor(clock.nowMs / 1000))]);
      expect(code).toBe(0);
    }
  });

  it('says of a request of a file that it is a repeat, where the gateway has taken it', async () => {
    const { explain, post, clock, cwd, gateway } = await started();
    const body = '{"a":1}';
    const [name = '', value = ''] = Object.entries(signed(body))[0] ?? [];
    const file = join(cwd, 'request.http');
    writeFileSync(file, `POST /hooks HTTP/1.1\r\nHost: a.example\r\n${name}: ${value}\r\n\r\n${body}`);
    const explained = () => explain([file, '--config', 'countersign.yaml']);
    expect(await explained()).toMatchObject({ code: 0, err: '' });
    await post('/hooks', signed(body), body);
    const [event] = await gateway.store.events.list();
    clock.nowMs += 60_000;
    const { code, out } = await explained();
    expect(code).toBe(1);
    expect(out).toMatch(/refused {2}github: replayed at step replay/);
    expect(out).toContain(`and is the event ${event?.id}.`);
    // Its proof alone, and the verdict at another time.
    expect((await explain([file, '--gate', 'hooks'])).code).toBe(0);
    expect((await explain([file, '--config', 'countersign.yaml', '--now', '1760000000'])).code).toBe(0);
    const strangers = await explain([file, '--config', 'countersign.yaml'], {
      env: { SECRET, TOKEN: 'another', STORE_KEY },
    });
    expect(strangers.code).toBe(0);
    expect(strangers.err).toMatch(
      /^! Whether it came before is not known: http:\/\/127\.0\.0\.1:\d+: the admin API answered 401/,
    );
  });

  it('says it from the store’s file where no gateway runs', async () => {
    const gates = `${GATES}  once: { path: /once, provider: hmac, keys: [{ secret: "\${env:SECRET}" }], keep: {}, replay: { repeat: refuse }, keepRefused: true }\n`;
    const { explain, post, clock, cwd, gateway } = await started({ gates });
    const seconds = Math.floor(clock.nowMs / 1000);
    for (const _ of [1, 2]) await post('/once', timed('x', seconds), 'x');
    const [event] = await gateway.store.events.list();
    await gateway.close();
    const lines = [
      'POST /once HTTP/1.1',
      'Host: a',
      ...Object.entries(timed('x', seconds)).map((field) => field.join(': ')),
    ];
    writeFileSync(join(cwd, 'request.http'), `${lines.join('\r\n')}\r\n\r\nx`);
    for (const args of [['--last'], ['request.http', '--config', 'countersign.yaml']]) {
      const { code, out, err } = await explain(args);
      expect([code, err]).toEqual([1, '']);
      expect(out).toContain(`and is the event ${event?.id}.`);
    }
  });

  it('says that a clock is off where several are refused for their time', async () => {
    const { explain, post, clock } = await started();
    for (let n = 0; n < 5; n++) {
      clock.nowMs += 45_000;
      await post('/timed', timed(`${n}`, Math.floor(clock.nowMs / 1000) - 740), `${n}`);
    }
    const { code, out } = await explain(['--last']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /One side’s clock is off by a constant 12 min 2[01] s \(5 requests of this gate were all signed so long before they came, give or take 1 s\)\./,
    );
  });

  it('says of keys that could not be fetched that they are there now', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const set = JSON.stringify({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }],
    });
    let isUp = false;
    const server = createServer((_, response) =>
      response.writeHead(isUp ? 200 : 500).end(isUp ? set : ''),
    ).listen(0);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const gates = `${GATES}  token: { path: /token, scheme: { type: jwt, algorithm: ES256, jwks: "http://127.0.0.1:${port}/" }, methods: [POST], respond: { status: 204 }, keepRefused: true }\n`;
    const { explain, post } = await started({ gates });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'ES256', kid: 'a' })}.${part({ exp: 4e9 })}.${'A'.repeat(86)}`;
    await post('/token', { authorization: `Bearer ${token}` }, 'x');
    isUp = true;
    const { out, err } = await explain(['--last']);
    expect(out).toContain('keys-unavailable at step');
    expect(err).toBe(
      '! The gateway could not get the keys then, and they are available now: have the request sent again.\n',
    );
  });

  it('refuses as the listener did: another method, and a body that is too large', async () => {
    const gates = `${GATES}  small: { path: /small, provider: github, maxBody: 1KB, keys: [{ secret: "\${env:SECRET}" }], keep: {}, keepRefused: true }\n`;
    const { explain, post, gateway } = await started({ gates });
    await fetch(`${gateway.publicUrl}/hooks`);
    expect(await explain(['--last'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('the path takes POST, and the request is a GET'),
    });
    const streamed: RequestInit & { readonly duplex: 'half' } = {
      method: 'POST',
      headers: signed('x'),
      body: new Blob(['y'.repeat(2_000)]).stream(),
      duplex: 'half',
    };
    await fetch(`${gateway.publicUrl}/small`, streamed).catch(() => {});
    const chunked = await explain(['--last']);
    expect(chunked.out).toContain('body-too-large at step receive');
    expect(chunked).toMatchObject({ code: 1, err: '' });
    await post('/small', signed('x'), 'x'.repeat(2_000));
    const { code, out, err } = await explain(['--last']);
    expect(code).toBe(1);
    expect(out).toContain('body-too-large at step receive');
    expect(out).not.toContain('cause');
    expect(err).toContain('The body of 2000 bytes is not there: the request was refused before it was read.');
  });

  it('tells a body that was too slow as that, and as no other configuration’s', async () => {
    const limits = 'limits: { requestTimeout: 300ms, headersTimeout: 300ms }\n';
    const { explain, gateway } = await started({ gates: limits + GATES });
    const socket = connect(gateway.publicPort, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const { 'x-hub-signature-256': signature } = signed('slow');
    socket.write(
      `POST /hooks HTTP/1.1\r\nhost: a\r\nx-hub-signature-256: ${signature}\r\ncontent-length: 4\r\n\r\nsl`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
    const { code, out, err } = await explain(['--last']);
    expect(code).toBe(1);
    expect(out).toMatch(/refused {2}github: body-too-slow at step receive/);
    expect(err).toBe('! The body of 4 bytes is not there: the request was refused before it was read.\n');
  });

  it('claims nothing of a body that is longer than what is kept', async () => {
    const { explain, post } = await started();
    const body = 'x'.repeat(300_000);
    await post('/hooks', signed('y'), body);
    const { code, out, err } = await explain(['--last']);
    expect(code).toBe(1);
    expect(out).not.toMatch(/cause/i);
    expect(err).toContain(
      '! The body of 300000 bytes is longer than what is kept of a refused request: what depends on it cannot be judged here. Capture the request where it is sent, and explain that.\n',
    );
  });

  it('says how many were left out, since too many came at once', async () => {
    const { explain, post } = await started();
    for (let n = 0; n < 63; n++) await post('/hooks', signed('x', OTHER), `${n}`);
    const { err } = await explain(['--last']);
    expect(err).toContain(
      'The gate has left out 3 refused requests since the gateway was started: too many came at once, or the store did not take them. The last one may be among them.',
    );
  });

  it('gives a machine when, where and why it was refused', async () => {
    const { explain, post } = await started();
    const id = await post('/hooks', signed('x', OTHER), 'x');
    const { out } = await explain(['--last', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      notes: [expect.stringMatching(/^None of the mistakes that can be tried explains it/)],
      kept: {
        kind: 'refused',
        id,
        gate: 'hooks',
        reason: 'signature-mismatch',
        step: 'compare',
        remoteAddress: '127.0.0.1',
        receivedAt: expect.stringMatching(/Z$/),
      },
      verdict: { ok: false, reason: 'signature-mismatch' },
      findings: expect.any(Array),
    });
  });

  it.each([
    [
      ['--last', '--gate', 'silent'],
      'the gate silent does not keep refused requests',
      'Write keepRefused: true beside its path, start the gateway again, and have the request sent once more.',
    ],
    [
      ['--last', '--gate', 'hooks'],
      'no refused request of the gate hooks is kept now',
      'They are kept for 24 h; what comes to no gate, and what is refused because the gateway is full or stopping, is not. Have the request sent again, and look at the log.',
    ],
    [
      ['--last'],
      'no refused request is kept now',
      'They are kept for 24 h; what comes to no gate, and what is refused because the gateway is full or stopping, is not. Have the request sent again, and look at the log.',
    ],
    [
      ['--refused', 'ab-1'],
      '{admin}: the admin API answered 404: no refused request with this id is kept',
      'Compare the id with the log’s line or the answer’s header. Requests to no gate, requests to a gate without keepRefused, and repeats acknowledged with 200 are not kept; `--last` takes the last one that is.',
    ],
    [
      ['--event', 'ab-1'],
      '{admin}: the admin API answered 404: no event with this id is kept',
      'Compare the id with `countersign events list`.',
    ],
    [
      ['--last', '--gate', 'hook'],
      'the configuration has no gate "hook"',
      'Did you mean hooks? Gates: hooks, timed, silent.',
    ],
  ])('says what is wrong where there is none: %j', async (args, says, remedy) => {
    const { explain, gateway } = await started();
    const { code, err } = await explain(args);
    expect(err.replaceAll(gateway.adminUrl ?? '', '{admin}')).toBe(`countersign: ${says}\n  → ${remedy}\n`);
    expect(code).toBe(2);
  });

  it('says that no gate keeps any', async () => {
    const { explain } = await started({ gates: GATES.replaceAll(/, keepRefused: [^\n]*/g, ' }') });
    const { code, err } = await explain(['--last']);
    expect(err).toBe(
      'countersign: no gate keeps refused requests\n  → Write keepRefused: true beside the gate’s path, start the gateway again, and have the request sent once more.\n',
    );
    expect(code).toBe(2);
  });

  it.each([
    [
      ['--admin', 'http://127.0.0.1:1'],
      '--admin is given without --last, --refused or --event',
      'Add --last, --refused ID or --event ID.',
    ],
    [['--batch', '--last'], '--batch and --last are given', 'Each line has its own provider, keys and time.'],
    [['--last', '--event', 'a'], '--last and --event are given', 'Give one of them.'],
    [['request.http', '--last'], 'a file and --last are given', 'Give one of them.'],
    [
      ['--refused', 'a', '--provider', 'github'],
      '--provider and --refused are given',
      'Leave --provider out: what the gateway has kept is judged by a gate of the configuration.',
    ],
    [
      ['--refused', 'a b'],
      '--refused is not an id',
      'It is the x-request-id of the answer, which is the requestId in the log’s line.',
    ],
    [['--event', ''], '--event is not an id', 'It is the id of an event in the admin API’s list.'],
  ])('follows no line that contradicts itself: %j', async (args, says, remedy) => {
    const { code, err } = await run(['explain', ...args]);
    expect(err).toBe(`countersign: ${says}\n  → ${remedy}\n`);
    expect(code).toBe(2);
  });

  it('says what to do without the token', async () => {
    const { explain, cwd, gateway } = await started();
    writeFileSync(
      join(cwd, 'other.yaml'),
      `listen: { admin: "127.0.0.1:${gateway.adminPort}" }\nstore: "memory:"\n${GATES}`,
    );
    const { code, err } = await explain(['--last', '--config', 'other.yaml']);
    expect(code).toBe(2);
    expect(err).toMatch(/answered 401.*\n {2}→ The token is the admin\.token/);
    const named = await explain(['--last', '--config', 'other.yaml'], {
      env: { SECRET, COUNTERSIGN_ADMIN_TOKEN: TOKEN },
    });
    expect(named.err).toContain('no refused request is kept now');
  });

  it('says that the gateway is an older one', async () => {
    const { explain } = await started();
    const answering = (status: number, body: object): Promise<Ran> =>
      explain(['--last'], { fetch: async () => new Response(JSON.stringify(body), { status }) });
    const old = await answering(404, { code: 'no-such-route', detail: 'the admin API has no such path' });
    expect(old.err).toBe(
      'countersign: the gateway that runs is of a version that keeps no refused requests\n  → Start it again with the countersign of this version.\n',
    );
  });
});

describe('countersign explain --refused and --event', () => {
  it('explains the one with the id of the log’s line', async () => {
    const { explain, post } = await started();
    const first = await post('/hooks', signed('x', OTHER), 'first');
    await post('/hooks', signed('x', OTHER), 'second');
    const { code, out } = await explain(['--refused', first]);
    expect(code).toBe(1);
    expect(out).toContain(`(request ${first}, from 127.0.0.1)`);
    expect(out).toContain('    first\n');
  });

  it('explains an event by its own time, and says so where its gate would refuse it now', async () => {
    const { explain, post, gateway } = await started();
    await post('/hooks', signed('x'), 'x');
    const [event] = await gateway.store.events.list();
    const id = event?.id ?? '';
    const { code, out, err } = await explain(['--event', id]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^hooks kept it .* ago, at .*Z \\(event ${id}\\)\n`));
    const other = await explain(['--event', id], { env: { SECRET: OTHER, TOKEN, STORE_KEY } });
    expect(other.code).toBe(1);
    expect(other.err).toBe(
      '! The gate hooks accepted it when it came. Its keys or options have changed since, or what is withheld of the event is needed.\n',
    );
  });

  it('judges by another gate where one is named, and says where the request would go', async () => {
    const { explain, post } = await started();
    const id = await post('/hooks', signed('x', OTHER), 'x');
    const { err } = await explain(['--refused', id, '--gate', 'silent']);
    expect(err).toContain(
      'Judged by silent, to which a gateway with this configuration would not take it: the request’s path is that of the gate hooks.',
    );
  });

  it('says that the configuration has no such gate, or that it proves nothing', async () => {
    const { explain, post, cwd, gateway } = await started();
    const id = await post('/hooks', signed('x', OTHER), 'x');
    const head = `listen: { admin: "127.0.0.1:${gateway.adminPort}" }\nstore: "memory:"\nadmin: { token: ${TOKEN} }\ngates:\n`;
    writeFileSync(join(cwd, 'other.yaml'), `${head}  g: { path: /g, provider: none, keep: {} }\n`);
    const gone = await explain(['--refused', id, '--config', 'other.yaml']);
    expect(gone.err).toContain(
      'countersign: the request came to hooks, and this configuration has no such gate\n  → Name the gateway’s configuration with --config FILE, or a gate with --gate: g.\n',
    );
    writeFileSync(join(cwd, 'other.yaml'), `${head}  hooks: { path: /g, provider: none, keep: {} }\n`);
    const open = await explain(['--refused', id, '--config', 'other.yaml']);
    expect(open.err).toContain(
      'countersign: the gate hooks takes unsigned requests\n  → There is no proof to explain: look at the log’s line of the request.\n',
    );
  });
});

describe('where no gateway runs', () => {
  it('opens the file: refused requests with the storeKey, events with what was withheld of them', async () => {
    const gates = `${GATES}  token: { path: /token, scheme: { type: jwt, algorithm: HS256 }, methods: [POST], keys: [{ secret: "\${env:SECRET}" }], keep: {} }\n`;
    const { explain, post, gateway } = await started({ gates });
    const id = await post('/hooks', signed('x', OTHER), 'body of a file');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = `${part({ alg: 'HS256' })}.${part({ exp: Math.floor(Date.now() / 1000) + 300 })}`;
    const token = `${claims}.${createHmac('sha256', SECRET).update(claims).digest('base64url')}`;
    await post('/token', { authorization: `Bearer ${token}` }, 'x');
    const [event] = await gateway.store.events.list();
    await gateway.drain();
    for (const choice of [['--last'], ['--refused', id]]) {
      const { code, out, err } = await explain(choice);
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringMatching(/^! None of the mistakes[^\n]*\n$/),
      });
      expect(out).toContain('body of a file');
    }
    const kept = await explain(['--event', event?.id ?? '']);
    expect(kept).toMatchObject({ code: 0, err: '' });
    expect((await explain(['--last', '--gate', 'timed'])).err).toContain(
      'no refused request of the gate timed is kept now',
    );
    expect((await explain(['--refused', 'x'])).err).toBe(
      'countersign: the store has no refused request with this id\n  → Compare the id with the log’s line or the answer’s header. Requests to no gate, requests to a gate without keepRefused, and repeats acknowledged with 200 are not kept; `--last` takes the last one that is.\n',
    );
    expect((await explain(['--event', 'x'])).err).toBe(
      'countersign: the store has no event with this id\n  → Compare the id with the list of events.\n',
    );
    const other = { env: { SECRET, TOKEN, STORE_KEY: OTHER_STORE_KEY } };
    for (const choice of [['--last'], ['--refused', id]])
      expect((await explain(choice, other)).err).toMatch(
        /is not the one of this store: the store is under the storeKey with the id [0-9a-f]{16}, and the one that is given has the id [0-9a-f]{16}\. Nothing was changed\n/,
      );
  });

  it('says that a request was stored under a storeKey that is lost, from the file and from a gateway', async () => {
    const { cwd, explain, post, gateway } = await started();
    const id = await post('/hooks', signed('x', OTHER), 'body of a file');
    await gateway.drain();
    const env = { SECRET, TOKEN, STORE_KEY: OTHER_STORE_KEY };
    expect(await run(['store', 'rotate-key', '--key-lost'], { cwd, env })).toMatchObject({
      code: 0,
      err: '',
    });
    const remedy = '\n  → Set the storeKey that the gateway had, or have the request sent again.\n';
    const lastOnes = `countersign: the refused requests that are kept were stored under another storeKey${remedy}`;
    expect((await explain(['--last'], { env })).err).toBe(lastOnes);
    expect((await explain(['--refused', id], { env })).err).toBe(
      `countersign: the refused request was stored under another storeKey${remedy}`,
    );
    const { config } = await loadConfig({ cwd, env });
    const again = await startGateway({ config, logSink: { write() {} } });
    onTestFinished(() => again.close());
    expect((await explain(['--last'], { env })).err).toBe(lastOnes);
    expect((await explain(['--refused', id], { env })).err).toBe(
      `countersign: ${again.adminUrl}: the admin API answered 404: the refused request was stored under another storeKey${remedy}`,
    );
  });

  it('says that they are gone where they were in memory', async () => {
    const { explain, gateway } = await started({ storeKey: false });
    await gateway.drain();
    const { code, err } = await explain(['--last']);
    expect(err.replaceAll(gateway.adminUrl ?? '', '{admin}')).toBe(
      'countersign: no gateway answers at {admin}, and there is no storeKey: refused requests were kept in memory only, and are gone with the gateway\n  → Start the gateway, and have the request sent again; with a storeKey (openssl rand -hex 32) they outlive it.\n',
    );
    expect(code).toBe(2);
    const memory = await started({ store: ':memory:' });
    await memory.gateway.drain();
    expect((await memory.explain(['--last'])).err.replaceAll(memory.gateway.adminUrl ?? '', '{admin}')).toBe(
      'countersign: no gateway answers at {admin}, and the store is in memory: what was kept was lost when the gateway stopped\n  → Start the gateway, or give its address: --admin URL.\n',
    );
  });

  it('says that there is no file, and that a gateway holds it whose admin listener is elsewhere', async () => {
    const { explain, gateway, cwd } = await started();
    const file = join(cwd, 's.db');
    writeFileSync(
      join(cwd, 'off.yaml'),
      `listen: { admin: "off" }\nstore: "sqlite:s.db"\nstoreKey: "\${env:STORE_KEY}"\n${GATES}`,
    );
    expect((await explain(['--last', '--config', 'off.yaml'])).err).toContain(
      `countersign: the configuration names no admin listener, and a running gateway has ${file} open\n  → Give the address of its admin listener: --admin URL. If it has none, set listen.admin and start it again.\n`,
    );
    await gateway.drain();
    writeFileSync(
      join(cwd, 'off.yaml'),
      `listen: { admin: "off" }\nstore: "sqlite:none.db"\nstoreKey: "\${env:STORE_KEY}"\n${GATES}`,
    );
    expect((await explain(['--last', '--config', 'off.yaml'])).err).toContain(
      `countersign: the configuration names no admin listener, and there is no file ${join(cwd, 'none.db')}\n  → Start the gateway, give its address with --admin URL, or name another configuration with --config FILE.\n`,
    );
  });
});

describe('with the real program', () => {
  it('what was served and refused is explained; and once more when the gateway has stopped', async () => {
    const cwd = newFolder();
    const [port, adminPort] = [await freePort(), await freePort()];
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `listen: { public: "127.0.0.1:${port}", admin: "127.0.0.1:${adminPort}" }
store: sqlite:s.db
storeKey: "\${env:STORE_KEY}"
admin: { token: "\${env:TOKEN}" }
${GATES}`,
    );
    const env = { SECRET, TOKEN, STORE_KEY };
    const { child, said, ended } = startProgram(['serve'], cwd, env);
    await until(() => said.out.includes('the gateway listens'));
    const body = JSON.stringify({ a: 1 }, undefined, 2);
    const answer = await fetch(`http://127.0.0.1:${port}/hooks`, {
      method: 'POST',
      headers: signed(JSON.stringify({ a: 1 })),
      body,
    });
    expect(answer.status).toBe(401);
    const id = answer.headers.get('x-request-id');
    const explained = await spawnProgram(['explain', '--last'], { cwd, env });
    expect(explained).toMatchObject({ code: 1, err: '' });
    expect(explained.out).toContain(`signature-mismatch at step compare (request ${id}, from 127.0.0.1)`);
    const message = 'The message, 12 bytes\n    {␊\n';
    expect(explained.out).toContain(message);
    child.kill('SIGTERM');
    await ended;
    const later = await spawnProgram(['explain', '--refused', id ?? ''], { cwd, env });
    expect(later).toMatchObject({
      code: 1,
      err: '',
      out: expect.stringContaining(message),
    });
  }, 30_000);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
