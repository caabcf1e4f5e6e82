/** send and sign as the client of a generic pair: key and address from the environment or `.env`. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGate, HeaderList } from '@countersign/core';
import { loadConfig, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { newFolder, type Ran, ROOT, type RunOptions, run } from '../support.ts';

const KEY = 'your-chosen-secret-key';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

interface Server {
  readonly url: string;
  readonly requests: readonly Received[];
}

async function listen(answer: (request: Received, response: ServerResponse) => void): Promise<Server> {
  const requests: Received[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const { method = '', url: path = '', headers, rawHeaders } = incoming;
    const request = { method, path, headers, rawHeaders, body };
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hmac`, requests };
}

/** By hand, as the server of the pair does it. */
const isSigned = ({ headers, body }: Received, key = KEY): boolean => {
  const mac = createHmac('sha256', key).update(`${headers['x-timestamp']}.${body}`).digest('hex');
  return headers['x-signature'] === mac;
};
const pair = (key = KEY): Promise<Server> =>
  listen((request, response) => {
    response.statusCode = isSigned(request, key) ? 200 : 401;
    response.end(isSigned(request, key) ? 'SIGNATURE VALID' : 'unauthorized');
  });

/** A folder with a `.env`. */
const folderWith = (dotEnv: string | Uint8Array): string => {
  const cwd = newFolder();
  writeFileSync(join(cwd, '.env'), dotEnv);
  return cwd;
};
const only = <T>(list: readonly T[]): T => {
  const [first, second] = list;
  if (first === undefined || second !== undefined) throw new Error(`${list.length} instead of one`);
  return first;
};

describe('send without arguments', () => {
  it('posts a signed request to API_ENDPOINT, and says what it chose', async () => {
    const { url, requests } = await pair();
    const env = { MY_SECRET_KEY: KEY, API_ENDPOINT: url };
    const { code, out, err } = await run(['send'], { env, cwd: newFolder() });
    expect({ code, err }).toEqual({
      code: 0,
      err: `provider hmac, because MY_SECRET_KEY is set\nPOST ${url}\n`,
    });
    expect(out).toMatch(/^200 OK /);
    expect(out).toContain('SIGNATURE VALID');
    expect(only(requests)).toMatchObject({ method: 'POST', path: '/hmac', body: '' });
  });

  it('reads both from .env, with and without quotes, after a byte order mark', async () => {
    const { url, requests } = await pair();
    for (const text of [
      `MY_SECRET_KEY="${KEY}"\nAPI_ENDPOINT='${url}'\n`,
      `\ufeffMY_SECRET_KEY=${KEY}\r\n# the server\r\nexport API_ENDPOINT=${url}\r\n`,
    ]) {
      expect(await run(['send', '-d', '{"ü":1}'], { cwd: folderWith(text) })).toMatchObject({ code: 0 });
    }
    expect(requests.map(({ body }) => body)).toEqual(['{"ü":1}', '{"ü":1}']);
    expect(requests[0]?.headers['content-type']).toBe('application/json');
  });

  it('says what of .env it cut or passed over', async () => {
    const { url } = await pair();
    const cut = folderWith(`MY_SECRET_KEY=${KEY}#more\nAPI_ENDPOINT="${url}"/x\n`);
    const { err } = await run(['send'], { cwd: cut });
    expect(err).toContain(
      '.env cuts MY_SECRET_KEY at a #, which begins a comment there: put the value in quotes if the # is part of it.\n',
    );
    expect(err).toContain(
      '.env has text behind the closing quote of API_ENDPOINT, which is left out: put all of it into one pair of quotes.\n',
    );
    expect(err).not.toContain('more');
    const unset = folderWith(`set OTHER=${KEY}\n`);
    expect((await run(['send', url, '-p', 'hmac', '--key-env', 'OTHER'], { cwd: unset })).err).toContain(
      'or write OTHER=… into .env. Line 1 of .env sets nothing: write NAME=value, without a word before it.\n',
    );
    const env = { MY_SECRET_KEY: KEY, API_ENDPOINT: url };
    expect((await run(['send'], { cwd: cut, env })).err).not.toContain('.env');
  });

  it('lets the environment win over .env', async () => {
    const { url } = await pair();
    const cwd = folderWith('MY_SECRET_KEY=another-secret-0123\nAPI_ENDPOINT=http://127.0.0.1:9/\n');
    const env = { MY_SECRET_KEY: KEY, API_ENDPOINT: url };
    expect((await run(['send'], { cwd, env })).code).toBe(0);
    expect((await run(['send'], { cwd, env: { API_ENDPOINT: url } })).code).toBe(1);
  });

  it('is not in the way of arguments: URL, method, provider and key', async () => {
    const { url, requests } = await pair();
    const cwd = folderWith(
      `MY_SECRET_KEY=${KEY}\nAPI_ENDPOINT=http://127.0.0.1:9/\nGITHUB_WEBHOOK_SECRET=for-github-0123456\nOTHER=${KEY}\n`,
    );
    await run(['send', `${url}/a`], { cwd });
    await run(['send', '-X', 'PUT'], { cwd, env: { API_ENDPOINT: `${url}/b` } });
    await run(['send', `${url}/c`, '-p', 'github', '-d', 'x'], { cwd });
    await run(['send', `${url}/d`, '-p', 'hmac', '--key-env', 'OTHER'], { cwd });
    await run(['send', `${url}/e`, '--key-env', 'MY_SECRET_KEY'], { cwd });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /hmac/a',
      'PUT /hmac/b',
      'POST /hmac/c',
      'GET /hmac/d',
      'GET /hmac/e',
    ]);
    expect(requests.map((request) => isSigned(request))).toEqual([true, true, false, true, true]);
    const github = createHmac('sha256', 'for-github-0123456').update('x').digest('hex');
    expect(requests[2]?.headers['x-hub-signature-256']).toBe(`sha256=${github}`);
    // A key of the caller's own may be for any provider.
    const { code, err } = await run(['send', url, '-k', KEY], { cwd });
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('no provider is given') });
  });
});

describe('a body that most gates would refuse', () => {
  const env = { MY_SECRET_KEY: KEY };
  const folderWithLong = (): string => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'long'), 'x'.repeat(2_000_000));
    return cwd;
  };

  it('is signed and sent', async () => {
    const { url, requests } = await pair();
    const { code, out } = await run(['send', url, '--body', '@long'], { cwd: folderWithLong(), env });
    expect(out).toContain('SIGNATURE VALID');
    expect(code).toBe(0);
    expect(only(requests).body).toHaveLength(2_000_000);
  });

  it('is sent to a gate that takes it, and not to one that does not', async () => {
    const cwd = folderWithLong();
    const { url } = await pair();
    const gate = (maxBody: string): string =>
      `{ path: /hmac, provider: hmac, keys: [{ secret: "\${env:MY_SECRET_KEY}" }], maxBody: ${maxBody}, keep: {} }`;
    writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\ngates: { a: ${gate('4MB')} }\n`);
    const send = () => run(['send', url, '--body', '@long', '--gate', 'a'], { cwd, env });
    expect(await send()).toMatchObject({ code: 0 });
    writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\ngates: { a: ${gate('1MB')} }\n`);
    const { code, err } = await send();
    expect(code).toBe(2);
    expect(err).toContain('maxBody');
  });
});

describe('sign', () => {
  it('reads the same variables', async () => {
    const cwd = folderWith(`MY_SECRET_KEY=${KEY}\nAPI_ENDPOINT=http://127.0.0.1:8787/hmac\n`);
    const { code, out } = await run(['sign', '--as', 'http'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^POST \/hmac HTTP\/1\.1\r\nHost: 127\.0\.0\.1:8787\r\n/);
    expect((await run(['verify', '-'], { cwd, stdin: out })).code).toBe(0);
  });
});

describe('what is missing or wrong is named, with how to set it', () => {
  const endpoint = { API_ENDPOINT: 'http://127.0.0.1:9/' };
  it.each<readonly [string, readonly string[], RunOptions, string, string]>([
    ['neither', [], {}, 'no provider is given', 'export MY_SECRET_KEY=…'],
    ['the key', [], { env: endpoint }, 'no provider is given', 'MY_SECRET_KEY=… into .env'],
    [
      'the key of a named provider',
      ['-p', 'hmac'],
      { env: endpoint },
      'MY_SECRET_KEY, the usual variable for hmac, is not set',
      'set MY_SECRET_KEY=…, without quotes',
    ],
    ['an empty key', ['-p', 'hmac'], { env: { ...endpoint, MY_SECRET_KEY: '' } }, 'is not set', 'export'],
    [
      'the address',
      [],
      { env: { MY_SECRET_KEY: KEY } },
      'API_ENDPOINT is not set',
      'export API_ENDPOINT=https://…',
    ],
    [
      'an address that is none',
      [],
      { env: { MY_SECRET_KEY: KEY, API_ENDPOINT: '///////////' } },
      'API_ENDPOINT is not an http or https URL',
      'API_ENDPOINT=http://127.0.0.1:8787/hmac',
    ],
    [
      'a variable, without a provider',
      ['--key-env', 'NOPE'],
      { env: endpoint },
      'no provider is given',
      '--provider ID',
    ],
    [
      'a variable',
      ['-p', 'hmac', '--key-env', 'NOPE'],
      { env: endpoint },
      'NOPE is not set',
      'NOPE=… into .env',
    ],
  ])('%s', async (_, args, options, problem, remedy) => {
    for (const command of ['send', 'sign']) {
      const { code, out, err } = await run([command, ...args], { cwd: newFolder(), ...options });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(problem);
      expect(err).toContain(remedy);
      expect(err).not.toContain(KEY);
    }
  });

  it('a .env that is not text, unless nothing of it is needed', async () => {
    const cwd = folderWith(Buffer.from('\ufeffMY_SECRET_KEY=x', 'utf16le'));
    const { code, err } = await run(['send'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('.env is not UTF-8 text');
    expect(err).toContain('Save it as UTF-8');
    expect((await run(['sign', 'http://x/', '-p', 'hmac', '-k', KEY], { cwd })).code).toBe(0);
  });

  it('a .env that is a folder is none', async () => {
    const cwd = newFolder();
    mkdirSync(join(cwd, '.env'));
    expect((await run(['send'], { cwd })).err).toContain('no provider is given');
  });
});

describe('quotes that cmd leaves in a value', () => {
  it('are part of the key, which is said, and not of the address', async () => {
    const { url } = await pair(`"${KEY}"`);
    const env = { MY_SECRET_KEY: `"${KEY}"`, API_ENDPOINT: `"${url}"` };
    const { code, err } = await run(['send'], { env, cwd: newFolder() });
    expect(code).toBe(0);
    expect(err).toContain('! The key in MY_SECRET_KEY stands in quotes, and they are part of it.');
    expect(err).toContain(`POST ${url}\n`);
    expect(err).not.toContain(KEY);
  });

  it.each([`'${KEY}'`, `"${KEY}'`, `${KEY}"`, '"'])('are told from others: %s', async (key) => {
    const { err } = await run(['sign', 'http://x/', '-p', 'hmac', '-k', key], { cwd: newFolder() });
    expect(err.includes('stands in quotes')).toBe(key === `'${KEY}'`);
  });
});

describe('a clock that differs from the server’s', () => {
  const NOW = 1_760_000_000;
  const now = (): number => NOW * 1000;
  /** A server whose clock is ten minutes ahead. */
  const ahead = (status = 401): Promise<Server> =>
    listen(({ method, path, rawHeaders, body }, response) => {
      const gate = createGate({ provider: 'hmac', keys: [KEY], now: () => (NOW + 600) * 1000 });
      const request = { method, url: path, headers: HeaderList.fromRaw(rawHeaders), body: Buffer.from(body) };
      const verdict = gate.verify(request);
      if (verdict instanceof Promise) throw new Error('on Node a verdict is there at once');
      response.setHeader('date', new Date((NOW + 600) * 1000).toUTCString());
      response.writeHead(verdict.ok ? 200 : status).end();
    });
  const env = { MY_SECRET_KEY: KEY };

  it('is named where the request was refused, with what to do: once sent, not again', async () => {
    const { url, requests } = await ahead();
    const { code, err } = await run(['send', url, '-d', '{}'], { env, now });
    expect(code).toBe(1);
    expect(requests.length).toBe(1);
    expect(err).toMatch(/! The server’s clock is 10 min ahead of the one that signed\./);
    const [, time = ''] = /--now (\d+)/.exec(err) ?? [];
    expect((await run(['send', url, '-d', '{}', '--now', time], { env, now })).code).toBe(0);
  });

  it('is a number in JSON', async () => {
    const { url } = await ahead(403);
    const { out } = await run(['send', url, '-d', '{}', '--json'], { env, now });
    const { clockDifferenceMs } = JSON.parse(out) as { clockDifferenceMs: number };
    expect(Math.abs(clockDifferenceMs - 600_000)).toBeLessThan(5000);
  });

  it.each([
    ['the request was taken', 401, ['--now', String(NOW + 600)], 0],
    ['it was refused for something else', 404, [], 1],
  ] as const)('is not worth a word where %s', async (_, status, args, expected) => {
    const { url } = await ahead(status);
    const { code, err } = await run(['send', url, '-d', '{}', ...args], { env, now });
    expect(code).toBe(expected);
    expect(err).not.toContain('clock');
  });

  it('is not blamed where both agree', async () => {
    const { url } = await listen((_, response) => response.writeHead(401).end());
    const { code, err } = await run(['send', url, '-d', '{}'], { env });
    expect(code).toBe(1);
    expect(err).not.toContain('clock');
  });
});

describe('examples/hmac', () => {
  const folder = join(ROOT, 'examples/hmac');
  /** The address of a gateway of its own. */
  const serve = async (): Promise<string> => {
    const { config } = await loadConfig({
      path: join(folder, 'countersign.yaml'),
      cwd: folder,
      env: { MY_SECRET_KEY: KEY, PORT: '0', ADMIN_PORT: '0' },
    });
    const gateway = await startGateway({ config, logSink: { write: () => true } });
    onTestFinished(() => gateway.close());
    return `${gateway.publicUrl}/hmac`;
  };
  /** As `node client.ts`; the condition lets it find the sources in place of what is built. */
  const runClient = async (env: Readonly<Record<string, string>>): Promise<Ran> => {
    const child = spawn(process.execPath, ['-C', 'countersign-source', join(folder, 'client.ts')], {
      env: { PATH: process.env['PATH'], ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  };
  const VALID = 'Status Code: 200\n{"status":"ok","message":"The signature is valid."}\n';

  it('client.ts is taken by the gateway', async () => {
    const endpoint = await serve();
    const env = { MY_SECRET_KEY: KEY, API_ENDPOINT: endpoint };
    expect(await runClient(env)).toMatchObject({ code: 0, out: VALID });
  });

  it.skipIf(!isLong)(`client.ts is refused with another key${longReason}`, async () => {
    const env = { MY_SECRET_KEY: `${KEY}x`, API_ENDPOINT: await serve() };
    expect((await runClient(env)).out).toMatch(/^Status Code: 401\n/);
  });

  it.skipIf(!isLong)(`client.ts says what is missing${longReason}`, async () => {
    const { code, err } = await runClient({ MY_SECRET_KEY: KEY });
    expect(code).toBe(1);
    expect(err).toContain('Set MY_SECRET_KEY and API_ENDPOINT.');
  });

  it('`countersign send` is taken by the gateway', async () => {
    const endpoint = await serve();
    const cwd = folderWith(`MY_SECRET_KEY=${KEY}\nAPI_ENDPOINT=${endpoint}\n`);
    for (const args of [[], ['--body', '{"hello":"world"}']]) {
      const { code, out } = await run(['send', ...args], { cwd });
      expect({ code, out }).toMatchObject({
        code: 0,
        out: expect.stringContaining('The signature is valid.'),
      });
    }
  });
});
