/** verify, explain, sign, send: the commands that handle one request. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const NOW = 1_760_000_000;
const now = (): number => NOW * 1000;
const env = { MY_SECRET_KEY: KEY };
const signed = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await run(['sign', 'http://127.0.0.1:8787/hmac', '-p', 'hmac', ...args], {
    env,
    now,
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

describe('sign', () => {
  it.each(['curl', 'http', 'json'])('prints %s that verify accepts, with any body', async (as) => {
    for (const body of ['', '{"hello":"wörld"}', "it's\n\n", '@ü', 'a\r\nb']) {
      const folder = newFolder();
      writeFileSync(join(folder, 'body'), body);
      const args = body === '' ? ['-X', 'POST'] : ['--body', '@body'];
      const made = await run(['sign', 'http://x/hmac', '-p', 'hmac', '--as', as, ...args], {
        env,
        now,
        cwd: folder,
      });
      expect(made.code).toBe(0);
      const verified = await run(['verify', '-p', 'hmac', '--json'], { env, now, stdin: made.out });
      expect({ body, code: verified.code, view: JSON.parse(verified.out) }).toMatchObject({
        body,
        code: 0,
        view: { ok: true, provider: 'hmac', timestamp: NOW },
      });
      expect(made.out).not.toContain(KEY);
    }
  });

  it.each([
    [
      ['-p', 'jwt-bearer', '--claims', '{"exp":1}'],
      'Give other times: the token’s with --claims, the clock’s with --now.',
    ],
    [
      ['-p', 'jwt-bearer', '-o', 'issuer=a'],
      'Give the claim with --claims, e.g. --claims \'{"iss":"a","sub":"test"}\'.',
    ],
    [
      ['-p', 'jwt-bearer', '-o', 'audience=["b","c"]', '-o', 'required=["exp","sub","scope"]'],
      'Give the claim with --claims, e.g. --claims \'{"sub":"test","scope":"test","aud":"b"}\'.',
    ],
    [
      ['-p', 'jwt-bearer', '-o', 'issuer=a', '--claims', '{"iss":"b"}'],
      'Give with --claims what the gate takes, e.g. --claims \'{"iss":"a","sub":"test"}\'.',
    ],
    [['-p', 'jwt-bearer', '--claims', '{"exp":"x"}'], 'Give other --claims.'],
    [
      ['-p', 'dpop', '--claims', '{"cnf":1}'],
      'Give the header that the token is bound to with -H, and leave out of --claims what binds it.',
    ],
    [['-p', 'hmac', '-X', 'A_B@'], 'Give another URL, method or Host header.'],
    [['-p', 'trello', '-X', 'HEAD'], 'Give another method with -X.'],
    [['-p', 'x-twitter', '-X', 'GET'], 'Give another method with -X.'],
    [
      ['-p', 'flow-production-tracking', '-d', 'signature=a'],
      'Take the older signature out of the request first.',
    ],
    [
      ['-p', 'flow-production-tracking', '-d', 'timestamp=a'],
      'Take the older timestamp out of the request first, or set the clock that signs with --now.',
    ],
    [
      ['-p', 'flowent', '-d', '{"timestamp":1}'],
      'Take the older timestamp out of the request first, or set the clock that signs with --now.',
    ],
    [['-p', 'flow-production-tracking', '-d', 'a=1&a=2'], 'Give a body that the scheme takes.'],
    [
      ['-p', 'flowent', '-d', '{"a":1,"a":2}'],
      'Give a JSON object, each name in it once: the scheme reads or puts a part there.',
    ],
  ])('says what whoever signs can do about a request that would be refused: %j', async (args, remedy) => {
    for (const command of ['sign', 'send']) {
      const { code, err } = await run([command, 'http://127.0.0.1/x', '-k', `${KEY}${KEY}`, ...args], {
        now,
      });
      expect({ command, code }).toEqual({ command, code: 2 });
      expect(err).toContain(`\n  → ${remedy}\n`);
    }
  });

  it.each([
    ['-p', 'hmac', '-o', 'message={timestamp} {url}'],
    ['-p', 'hmac', '-o', 'message={timestamp} {host}'],
    ['-p', 'http-message-signatures', '-o', 'algorithm=hmac-sha256', '-o', 'components=@target-uri'],
    ['-p', 'http-message-signatures', '-o', 'algorithm=hmac-sha256', '-o', 'components=@scheme'],
    ['-p', 'dpop'],
  ])('prints what proves itself where scheme or host are signed: %j', async (...args) => {
    const options = { now, env: { ...env, API_KEY: `${KEY}${KEY}` } };
    for (const url of ['http://x.example:80/a?b', 'https://x.example/a?b', 'http://[::1]:8787/']) {
      for (const as of ['curl', 'http', 'json']) {
        const all = [...args, '--key-env', 'API_KEY', '-X', 'POST'];
        const made = await run(['sign', url, '--as', as, ...all], options);
        expect(made.err).toBe('');
        const verified = await run(['verify', ...all.slice(0, -2)], { ...options, stdin: made.out });
        expect({ url, as, code: verified.code, out: verified.out }).toMatchObject({ code: 0 });
      }
    }
  });

  it('prints a curl line for bytes that are not text', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'body'), Uint8Array.of(0, 255, 10));
    const { out } = await run(['sign', 'http://x/', '-p', 'hmac', '-d', '@body'], { env, now, cwd: folder });
    expect(out).toMatch(/^printf %s AP8K \| base64 -d \| curl .* --data-binary @-\n$/);
  });

  it('names the key only where it is given a name', async () => {
    expect(await signed('-d', '{}')).not.toContain('key-id');
    expect(await signed('-d', '{}', '--key-id', 'main')).toContain("-H 'x-key-id: main'");
  });

  it('signs a captured request, with other headers and another address', async () => {
    const stdin = 'PUT /a HTTP/1.1\r\nX-A: 1\r\nX-B: 2\r\nContent-Length: 2\r\n\r\n{}';
    const args = ['sign', 'https://x/b', '-', '-p', 'hmac', '-H', 'x-a: 3', '--nonce', 'n1', '--as', 'json'];
    const { out } = await run(args, { env, now, stdin });
    const { method, url, headers } = JSON.parse(out) as {
      method: string;
      url: string;
      headers: [string, string][];
    };
    expect({ method, url }).toEqual({ method: 'PUT', url: 'https://x/b' });
    expect(Object.fromEntries(headers)).toMatchObject({ 'X-B': '2', 'x-a': '3', 'x-nonce': 'n1' });
  });

  it('refuses to print what the gate would refuse', async () => {
    const stdin = `POST /actions/a HTTP/1.1\n\n{"action_name":"a","parameters":{},"timestamp":1,"signature":"${'0'.repeat(64)}"}`;
    const { code, err } = await run(['sign', '-', '-p', 'flowent', '-k', KEY], { stdin });
    expect(code).toBe(2);
    expect(err).toContain('would be refused');
    expect(err).toContain('Take the older signature out');
  });
});

describe('verify', () => {
  it('says in JSON what to do, as it does in words', async () => {
    const stdin = await signed('-d', '{}');
    const { out } = await run(['verify', '-p', 'hmac', '--json'], {
      env,
      now: () => (NOW + 900) * 1000,
      stdin,
    });
    expect(JSON.parse(out)).toMatchObject({
      reason: 'expired',
      message: 'the request is 15 min old; at most 5 min are allowed',
      remedy: 'The request is old: look for a queue or retry on the way, and at both clocks.',
    });
  });

  it('never says that a request is 0 s ahead', async () => {
    const stdin = await signed('-d', '{}');
    const { out } = await run(['verify', '-p', 'hmac'], { env, now: () => NOW * 1000 - 30, stdin });
    expect(out).toContain('signed 30 ms ahead');
    const explained = await run(['explain', '-p', 'hmac'], { env, now: () => NOW * 1000 - 30, stdin });
    expect(explained.out).toContain('ahead by 30 ms');
  });

  it('says accepted or refused, and what to do', async () => {
    const stdin = await signed('-d', '{}');
    const good = await run(['verify', '-p', 'hmac'], { env, now, stdin });
    expect(good).toEqual({ code: 0, out: '✓ accepted  hmac, key key-1, signed 0 s ago\n', err: '' });
    const bad = await run(['verify', '-p', 'hmac', '-k', 'another-key-0123456'], { now, stdin });
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/^✗ refused {2}hmac: signature-mismatch at step compare\n {2}.+\n {2}→ .+\n$/);
  });

  it('takes keys from the environment, a file, the command line, and several of them', async () => {
    const stdin = await signed('-d', '{}');
    const folder = newFolder();
    writeFileSync(join(folder, 'key'), `${KEY}\n`);
    const options = { now, stdin, cwd: folder, env: { OTHER: KEY, WRONG: 'wrong-0123456789' } };
    for (const args of [
      ['--key-env', 'OTHER'],
      ['--key-file', 'key'],
      ['-k', KEY],
      ['--key-env', 'WRONG', '--key-file', 'key'],
    ]) {
      expect((await run(['verify', '-p', 'hmac', ...args], options)).code).toBe(0);
    }
    const hex = Buffer.from(KEY).toString('hex');
    expect((await run(['verify', '-p', 'hmac', '-k', hex, '--encoding', 'hex'], options)).code).toBe(0);
  });

  it('warns on a terminal that the shell keeps a key', async () => {
    const stdin = await signed('-d', '{}');
    expect((await run(['verify', '-p', 'hmac', '-k', KEY], { now, stdin, isTTY: true })).err).toContain(
      'history',
    );
    expect((await run(['verify', '-p', 'hmac', '-k', KEY], { now, stdin })).err).toBe('');
  });

  it('judges at another time', async () => {
    const stdin = await signed('-d', '{}');
    for (const at of [String(NOW), `${NOW}.5`, '2025-10-09T08:53:20Z', '2025-10-09T10:53:20+02:00']) {
      expect((await run(['verify', '-p', 'hmac', '--now', at], { env, stdin })).code).toBe(0);
    }
    const late = await run(['verify', '-p', 'hmac', '--json', '--now', '2026-01-01'], { env, stdin });
    expect(JSON.parse(late.out)).toMatchObject({ ok: false, reason: 'expired', step: 'fresh' });
  });

  it('takes a provider’s options', async () => {
    const option = ['-o', 'timestamp=none', '-o', 'signature={"header":"x-sig","prefix":"v0="}'];
    const stdin = await signed('-d', '{}', ...option);
    expect(stdin).toContain("'x-sig: v0=");
    expect((await run(['verify', '-p', 'hmac', ...option], { env, now, stdin })).code).toBe(0);
    expect((await run(['verify', '-p', 'hmac'], { env, now, stdin })).code).toBe(1);
  });

  it('takes a gate of a configuration', async () => {
    const folder = newFolder();
    const gate = (name: string) =>
      `  ${name}: { path: /${name}, provider: hmac, keys: [{ id: main, secret: "\${env:MY_SECRET_KEY}" }], keep: {} }\n`;
    writeFileSync(join(folder, 'countersign.yaml'), `gates:\n${gate('one')}${gate('two')}`);
    const stdin = await signed('-d', '{}');
    const options = { env, now, stdin, cwd: folder };
    expect((await run(['verify', '--gate', 'two'], options)).out).toContain('key main');
    expect((await run(['verify', '--config', 'countersign.yaml'], options)).err).toContain(
      'Choose one with --gate: one, two',
    );
    expect((await run(['verify', '--gate', 'twoo'], options)).err).toContain('Did you mean two?');
  });

  it('tells what the capture left in doubt', async () => {
    const stdin = `${await signed('-d', '{}', '--as', 'http')}\n`;
    const { code, err } = await run(['verify', '-p', 'hmac'], { env, now, stdin });
    expect(code).toBe(0);
    expect(err).toContain('! A newline, as editors add it');
  });
});

describe('explain and verify with a configuration', () => {
  const folderOf = (): string => {
    const folder = newFolder();
    const gate = (name: string, path: string, more = '') =>
      `  ${name}: { path: ${path}, provider: hmac, keys: [{ id: main, secret: "\${env:MY_SECRET_KEY}" }], keep: {}${more} }\n`;
    const gates = [gate('one', '/one'), gate('two', '/two/*'), gate('put', '/put', ', methods: [PUT]')];
    writeFileSync(join(folder, 'countersign.yaml'), `gates:\n${gates.join('')}`);
    return folder;
  };
  const request = async (method: string, path: string): Promise<string> => {
    const made = await run(
      ['sign', `http://127.0.0.1${path}`, '-X', method, '-d', '{}', '-p', 'hmac', '-k', KEY],
      { now },
    );
    return made.out;
  };
  const explained = (method: string, path: string, ...args: string[]) =>
    withCommand('explain', method, path, ...args);
  const withCommand = async (command: string, method: string, path: string, ...args: string[]) =>
    run([command, '--config', 'countersign.yaml', ...args], {
      env,
      now,
      stdin: await request(method, path),
      cwd: folderOf(),
    });

  it('choose the gate by the path', async () => {
    for (const [path, name] of [
      ['/one', 'one'],
      ['/two/x', 'two'],
    ] as const) {
      const { code, out } = await explained('POST', path);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`✓ +pick +gate ${name}`));
      const stdin = await request('POST', path);
      const verified = await run(['verify', '--config', 'countersign.yaml'], {
        env,
        now,
        stdin,
        cwd: folderOf(),
      });
      expect(verified.code).toBe(0);
    }
  });

  it('refuse what the gateway refuses for its method', async () => {
    const words = 'the path takes PUT, and the request is a POST';
    const { code, out } = await explained('POST', '/put');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ +pick/);
    expect(out).not.toMatch(/✓ +(pick|extract|compare)/);
    expect(out).toContain('method-not-allowed');
    expect(out).toContain(words);
    const refused = { ok: false, reason: 'method-not-allowed', step: 'pick', message: words };
    const json = await explained('POST', '/put', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ verdict: refused });
    const verified = await withCommand('verify', 'POST', '/put', '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.out)).toMatchObject(refused);
  });

  it.each([
    ['POST', '/put', 'the path takes PUT, and the request is a POST'],
    ['POST', '/one', 'the request’s path is that of the gate one'],
    ['POST', '/nowhere', 'no gate has the path /nowhere'],
  ])(
    'judge the proof of %s %s by a gate that is named, and say the rest beside it',
    async (method, path, words) => {
      for (const command of ['explain', 'verify']) {
        const { code, out, err } = await withCommand(command, method, path, '--gate', 'put');
        expect(code).toBe(0);
        expect(out).toContain('accepted');
        const note = `Only the proof is judged, since --gate is given; the gateway would not take the request to put: ${words}.`;
        expect(err).toContain(note);
        const json = await withCommand(command, method, path, '--gate', 'put', '--json');
        expect(JSON.parse(json.out)).toMatchObject({ notes: [note] });
      }
    },
  );

  it('say so where no gate can be chosen', async () => {
    const { code, err } = await explained('POST', '/nowhere');
    expect(code).toBe(2);
    expect(err).toContain('no gate has the path /nowhere');
    expect(err).toContain('Choose one with --gate: one, two, put.');
  });

  it('say what is odd about a key, for a refusal would not tell it', async () => {
    const stdin = await request('POST', '/one');
    const quoted = { MY_SECRET_KEY: `"${KEY}"` };
    for (const command of ['explain', 'verify']) {
      const { code, err } = await run([command, '--config', 'countersign.yaml'], {
        env: quoted,
        now,
        stdin,
        cwd: folderOf(),
      });
      expect(code).toBe(1);
      expect(err).toContain('! The key main stands in quotes, and they are part of it.');
      expect(err).not.toContain(KEY);
    }
  });

  it('tell a key that may not prove', async () => {
    const cwd = newFolder();
    const keys = `[{ id: now, secret: another-key-0123456789 }, { id: old, secret: "\${env:MY_SECRET_KEY}", state: revoked }]`;
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `gates:\n  one: { path: /one, provider: hmac, keys: ${keys}, keep: {} }\n`,
    );
    const stdin = await request('POST', '/one');
    const { out } = await run(['explain', '--config', 'countersign.yaml'], { env, now, stdin, cwd });
    expect(out).toContain('key "old" proves the request, but is revoked');
  });
});

describe('explain', () => {
  it('shows the ten steps, the message and the verdict', async () => {
    const { code, out } = await run(['explain', '-p', 'hmac'], { env, now, stdin: await signed('-d', '{}') });
    expect(code).toBe(0);
    for (const step of 'receive pick extract canonical compare fresh replay validate act respond'.split(
      ' ',
    )) {
      expect(out).toMatch(new RegExp(`^ {2}[✓·] {2}${step}\\b`, 'm'));
    }
    expect(out).toContain(`The message, 13 bytes: the key matches this one\n    ${NOW}.{}\n`);
  });

  it('names the key of a request that is refused for its time alone, and none where the proof is refused', async () => {
    const late = ['explain', '-p', 'hmac', '--now', String(NOW + 3600)];
    const { code, out } = await run(late, { env, now, stdin: await signed('-d', '{}') });
    expect(code).toBe(1);
    expect(out).toMatch(/✓ {2}compare +comparisons 1 · key key-1\n {2}✗ {2}fresh/);
    expect(out).toContain('The message, 13 bytes: the key matches this one\n');
    const revoked = newFolder();
    const keys = `[{ id: now, secret: another-key-0123456789 }, { id: old, secret: "\${env:MY_SECRET_KEY}", state: revoked }]`;
    writeFileSync(
      join(revoked, 'countersign.yaml'),
      `gates:\n  one: { path: /one, provider: hmac, keys: ${keys}, keep: {} }\n`,
    );
    const args = ['explain', '--config', 'countersign.yaml', '--gate', 'one'];
    const refused = await run(args, { env, now, stdin: await signed('-d', '{}'), cwd: revoked });
    expect(refused.out).toContain('key "old" proves the request, but is revoked');
    expect(refused.out).not.toMatch(/compare.*key old|the key matches/);
  });

  it('makes invisible characters visible, and cuts long messages', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'body'), Buffer.from(`\ufeff{"a":\t1}\r\n\u200b${'x'.repeat(5000)}`));
    const made = await run(['sign', 'http://x/', '-p', 'hmac', '-d', '@body', '--as', 'http'], {
      env,
      now,
      cwd: folder,
    });
    const shown = await run(['explain', '-p', 'hmac', '-k', 'another-key-0123456'], { now, stdin: made.out });
    expect(shown.code).toBe(1);
    expect(shown.out).toContain('‹BOM›{"a":␉1}␍␊\n    ‹ZWSP›xxx');
    expect(shown.out).toMatch(/… \(\d+ more bytes\)\n {4}--full shows all of it/);
    expect(shown.out).toMatch(/✗ {2}compare .*refused/);
    expect(shown.out).toContain('→ The key differs');
    const full = await run(['explain', '-p', 'hmac', '--full'], { env, now, stdin: made.out });
    expect(full.out).not.toContain('more bytes');
  });

  it('shows what a token says of itself, bounded and escaped, and neither its signature nor all of it', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: `https://id.example/\u001b[31m${'x'.repeat(500)}`,
      aud: ['a', 'b'],
      exp: NOW - 60,
      sub: 'ada',
    };
    const token = `${part({ alg: 'HS512', kid: 'key-7', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJlLW9mLXRoaXM`;
    const stdin = `GET /a HTTP/1.1\nAuthorization: Bearer ${token}\n\n`;
    const args = ['explain', '-p', 'jwt-bearer', '-k', `${KEY}${KEY}`];
    for (const extra of [[], ['--json']]) {
      const { out } = await run([...args, ...extra], { now, stdin });
      for (const shown of ['HS512', 'key-7', '2025-10-09T08:52:20.000Z']) expect(out).toContain(shown);
      expect(out).toContain(extra.length === 0 ? '["a","b"]' : String.raw`[\"a\",\"b\"]`);
      expect(out).toMatch(/https:\/\/id\.example\/\\{1,2}u\{1b\}\[31mx{10,60}…/);
      expect(out).not.toContain('\u001b');
      expect(out).not.toContain('c2lnbmF0dXJl');
      expect(out).not.toContain('ada');
      expect(out).not.toContain(token.slice(0, 40));
    }
    const { out } = await run(args, { now, stdin });
    expect(out).toMatch(/✗ {2}extract .*alg HS512 · typ JWT · kid key-7 · iss /);
  });

  it('shows every reading of a refused request', async () => {
    const stdin = `POST /actions/a HTTP/1.1\n\n{"action_name": "a", "parameters": {"b": "ü"}, "timestamp": ${NOW}, "signature": "${'0'.repeat(64)}"}`;
    const { out } = await run(['explain', '-p', 'flowent', '-k', KEY], { now, stdin });
    for (const reading of ['raw', 'compact', 'compact-ascii']) expect(out).toContain(`read as ${reading},`);
    const json = JSON.parse(
      (await run(['explain', '-p', 'flowent', '-k', KEY, '--json'], { now, stdin })).out,
    );
    expect(json).toMatchObject({
      form: 'raw-http',
      verdict: { ok: false, reason: 'signature-mismatch' },
      remedy: expect.any(String),
    });
    expect(json.steps.length).toBe(10);
  });

  it('prints neither the key nor the signature that was expected', async () => {
    const line = await signed('-d', '{}');
    const signature = /x-signature: ([0-9a-f]{64})/.exec(line)?.[1] ?? '';
    const stdin = line.replace(signature, '0'.repeat(64));
    for (const args of [[], ['--json'], ['--full']]) {
      const { out, err } = await run(['explain', '-p', 'hmac', ...args], { env, now, stdin });
      expect(out + err).not.toContain(KEY);
      expect(out + err).not.toContain(signature);
      expect(out + err).not.toContain(Buffer.from(KEY).toString('base64'));
    }
  });
});

describe('send', () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  /** A server on a port of its own; tells what it received. */
  const listen = async (handler: RequestListener): Promise<string> => {
    const server = createServer(handler);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    close = () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return text;
  };

  it('sends what it signed, and prints status, answer and timing', async () => {
    const url = await listen(async (request, response) => {
      const stdin = JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: await bodyOf(request),
      });
      const { code } = await run(['verify', '-p', 'hmac'], { env, stdin });
      response.writeHead(code === 0 ? 200 : 401, { 'x-answer': 'yes' }).end('{"ok":true}\n');
    });
    const { code, out, err } = await run(['send', `${url}/hmac`, '-p', 'hmac', '-d', '{"ü":1}'], { env });
    expect(code).toBe(0);
    expect(out).toMatch(/^200 OK {2}[\d.]+ ms to the head, [\d.]+ ms in all\n/);
    expect(out).toContain('x-answer: yes\n');
    expect(out).toMatch(/\n\n\{"ok":true\}\n$/);
    expect(err).toBe(`POST ${url}/hmac\n`);
  });

  it('posts an empty body where one is given, as curl does, and gets where none is', async () => {
    const url = await listen((request, response) => response.end(`${request.method}`));
    expect((await run(['send', url, '-p', 'hmac', '-d', ''], { env })).out).toMatch(/\nPOST\n$/);
    expect((await run(['send', url, '-p', 'hmac'], { env })).out).toMatch(/\nGET\n$/);
    const printed = await run(['sign', url, '-p', 'hmac', '-d', ''], { env, now });
    const read = await run(['sign', '-', '-p', 'hmac', '--as', 'json'], { env, now, stdin: printed.out });
    expect(JSON.parse(read.out)).toMatchObject({ method: 'POST' });
  });

  it('ends with 1 for any other answer, and does not follow redirects', async () => {
    const url = await listen((_, response) => response.writeHead(302, { location: '/other' }).end());
    const { code, out } = await run(['send', url, '-p', 'hmac', '-d', 'x', '--json'], { env });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, status: 302, body: '' });
  });

  it('shows control characters of an answer, and cuts a long one', async () => {
    const url = await listen((_, response) => response.end(`\x1b[2J${'x'.repeat(100_000)}`));
    const { out, err } = await run(['send', url, '-p', 'hmac', '-d', 'x'], { env });
    expect(out).toContain('␛[2J');
    expect(out).not.toContain('\x1b');
    expect(out.length).toBeLessThan(70_000);
    expect(err).toContain('The answer is longer');
  });

  it('explains why no answer came', async () => {
    const url = await listen((request) => request.socket.destroy());
    const cut = await run(['send', url, '-p', 'hmac', '-d', 'x'], { env });
    expect(cut).toMatchObject({ code: 1, out: '' });
    expect(cut.err).toContain('closed the connection before it answered');
    await close();
    close = async () => {};
    const refused = await run(['send', url, '-p', 'hmac', '-d', 'x', '--json'], { env });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('nothing listens at 127.0.0.1:');
    expect(JSON.parse(refused.out)).toMatchObject({ ok: false });
    expect(refused.out + refused.err).not.toContain(KEY);
  });

  it('gives up after --timeout', async () => {
    const url = await listen(() => {});
    const { code, err } = await run(['send', url, '-p', 'hmac', '-d', 'x', '--timeout', '0.05'], { env });
    expect(code).toBe(1);
    expect(err).toContain('did not answer within 50 ms');
  });
});

it('sign takes the gate of the request’s path, as explain does', async () => {
  const cwd = newFolder();
  const gate = (path: string, secret: string): object => ({
    path,
    provider: 'github',
    keys: [{ secret }],
    keep: {},
  });
  const gates = {
    one: gate('/one', 'the-first-key-of-twenty'),
    two: gate('/two', 'the-second-key-of-twenty'),
  };
  writeFileSync(join(cwd, 'countersign.json'), JSON.stringify({ store: 'memory:', gates }));
  const signed = await run(
    ['sign', 'http://a.example/two', '-c', 'countersign.json', '-d', 'x', '--as', 'json'],
    { cwd },
  );
  expect(signed.code, signed.err).toBe(0);
  const signature = createHmac('sha256', 'the-second-key-of-twenty').update('x').digest('hex');
  expect(signed.out).toContain(`sha256=${signature}`);
});

it('sign names the option for a nonce that the message covers', async () => {
  const option = 'message={timestamp}.{nonce}.{body}';
  const { code, err } = await run(['sign', 'http://a.example/', '-p', 'hmac', '-o', option, '-d', 'x'], {
    env,
    now,
  });
  expect(code).toBe(2);
  expect(err).toContain('the message covers {nonce}, which is absent.\n  → Give it with --nonce TEXT.');
});
