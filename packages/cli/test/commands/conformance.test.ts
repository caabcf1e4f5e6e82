/** `countersign conformance`: a set of vectors against this engine, an address, and other libraries. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGate } from '@countersign/core';
import type { VectorFile } from '@countersign/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, run } from '../support.ts';

const GITHUB = 'vectors/providers/github.json';
const STRIPE = 'vectors/providers/stripe.json';

async function served(answer: (request: IncomingMessage, body: Buffer) => Promise<number>): Promise<string> {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = await answer(request, Buffer.concat(chunks));
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function adapter(text: string): string {
  const file = join(newFolder(), 'adapter.mjs');
  writeFileSync(file, text);
  return file;
}

const NOTHING_JUDGED = '! nothing was judged: no case has a verdict\n';

const jsonOf = (text: string): { readonly total: object; readonly deviations: readonly object[] } =>
  JSON.parse(text);

describe('this engine', () => {
  it('is right in every case of every set', async () => {
    const { code, out } = await run(['conformance', 'vectors/', '--json', '--strict']);
    const { total, deviations } = jsonOf(out);
    expect({ code, deviations }).toEqual({ code: 0, deviations: [] });
    expect(total).toMatchObject({ falseAcceptances: 0, falseRefusals: 0, noVerdict: 0, skipped: 0 });
  });

  it('is asked of one provider, and prints a table', async () => {
    const { code, out } = await run(['conformance', 'vectors/providers', '--provider', 'github']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^provider +cases +right +false acceptances +false refusals +no verdict +skipped\ngithub +9 +9 +0/,
    );
    expect(out).toContain('countersign: 0 false acceptances, 0 false refusals in 9 cases\n');
  });

  it('finds the sets in a folder, and passes over other JSON', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'inner'));
    const vector = {
      method: 'POST',
      url: '/',
      headers: {},
      bodyBase64: '',
      secret: 'a-secret',
      now: 0,
      expect: 'reject',
    };
    writeFileSync(join(folder, 'inner/a.json'), JSON.stringify({ scheme: 'github', cases: [vector] }));
    writeFileSync(join(folder, 'schema.json'), '{"type":"object"}');
    const { code, out } = await run(['conformance', folder, '--json']);
    expect({ code, total: jsonOf(out).total }).toMatchObject({ code: 0, total: { cases: 1, right: 1 } });
  });
});

describe('an address', () => {
  const receiver = (file: string, isLenient = false): Promise<string> => {
    const { scheme, cases } = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
    const keys = [
      ...new Set(cases.flatMap(({ secret, otherSecrets = [] }) => [secret ?? '', ...otherSecrets])),
    ];
    return served(async (request, body) => {
      const now = Number(request.headers['x-test-now'] ?? Date.now() / 1000) * 1000;
      const gate = createGate({ provider: scheme as 'github', keys, allowShortKey: true, now: () => now });
      const { method, url, rawHeaders } = request;
      const verdict = await gate.verify({ method, url, headers: rawHeaders, body });
      return verdict.ok || (isLenient && verdict.step === 'compare') ? 200 : 401;
    });
  };

  it('accepts with 2xx and refuses with 4xx', async () => {
    const origin = await receiver(GITHUB);
    const { code, out, err } = await run(['conformance', GITHUB, '--url', origin, '--json', '--strict']);
    expect({ code, err, total: jsonOf(out).total }).toMatchObject({
      code: 0,
      err: '',
      total: { cases: 9, right: 9, accepted: 2, falseAcceptances: 0, falseRefusals: 0, noVerdict: 0 },
    });
  });

  it('that refuses everything proves nothing: exit code 2, with --strict 1', async () => {
    const origin = await served(async () => 401);
    const { code, err } = await run(['conformance', GITHUB, '--url', origin]);
    expect({ code, err }).toEqual({
      code: 2,
      err: '! nothing genuine of github was accepted: what is refused of it proves nothing, because a verifier that refuses everything would pass, too\n',
    });
    expect((await run(['conformance', GITHUB, '--url', origin, '--strict'])).code).toBe(1);
  });

  it.each([404, 405, 429])('that answers %i is not there', async (status) => {
    const origin = await served(async () => status);
    const { code, err } = await run(['conformance', GITHUB, '--url', origin]);
    expect({ code, err }).toEqual({ code: 2, err: NOTHING_JUDGED });
  });

  it('is asked nothing of a provider of which nothing genuine is fresh: it would refuse all for the time', async () => {
    const origin = await receiver(STRIPE, true);
    const { code, out, err } = await run(['conformance', STRIPE, '--url', origin, '--strict', '--json']);
    expect({ code, err, total: jsonOf(out).total }).toMatchObject({
      code: 2,
      err: NOTHING_JUDGED,
      total: { right: 0, falseAcceptances: 0 },
    });
    const asked = await run(['conformance', STRIPE, '--url', origin, '--clock-header', 'x-test-now']);
    expect(asked.code).toBe(1);
  });

  it('that takes everything has a false acceptance for each case that must be refused: exit code 1', async () => {
    const origin = await served(async () => 204);
    const { code, out } = await run(['conformance', GITHUB, '--url', origin]);
    expect(code).toBe(1);
    expect(out.match(/✗ false acceptance: github, /g)).toHaveLength(7);
  });

  it('that answers neither, or hangs up, gives no verdict: exit code 2', async () => {
    for (const status of [500, 302, 0]) {
      const origin = await served(async () => status);
      const { code, out, err } = await run(['conformance', GITHUB, '--url', origin, '--json']);
      expect({ code, err, total: jsonOf(out).total }).toMatchObject({
        code: 2,
        err: NOTHING_JUDGED,
        total: { noVerdict: 9, right: 0 },
      });
    }
  });

  it('is not sent what asks for another set-up than the usual one', async () => {
    const origin = await served(async () => 401);
    const { out } = await run(['conformance', 'vectors/rfc9421.json', '--url', origin]);
    expect(out).toMatch(/– \d+ cases skipped: its receiver has options other than the defaults\n/);
  });

  it('is not sent what is over, and says so', async () => {
    const origin = await served(async () => 401);
    const { out } = await run(['conformance', STRIPE, '--url', origin], { now: () => 1_900_000_000_000 });
    expect(out).toMatch(
      /– \d+ cases skipped: it has expired, and only the holder of its key could sign it again\n/,
    );
  });

  it('is sent everything where it takes its time from a header', async () => {
    const origin = await receiver(STRIPE);
    const args = ['conformance', STRIPE, '--url', origin, '--clock-header', 'x-test-now', '--json'];
    const { code, out } = await run(args);
    expect({ code, total: jsonOf(out).total }).toMatchObject({
      code: 0,
      total: { skipped: 0, noVerdict: 0 },
    });
  });
});

describe('a library behind a module', () => {
  it('is right where it verifies as the sender does', async () => {
    const module = adapter(`
      import { createHmac } from 'node:crypto';
      export function verify({ headers, body, secret }) {
        const given = Object.entries(headers).filter(([name]) => /^x-hub-signature-256$/i.test(name));
        return given.length === 1 && given[0][1] === 'sha256=' + createHmac('sha256', secret).update(body).digest('hex');
      }`);
    const { code, out } = await run(['conformance', GITHUB, '--adapter', module, '--json']);
    expect({ code, total: jsonOf(out).total }).toMatchObject({ code: 0, total: { falseAcceptances: 0 } });
  });

  it.each([
    ['true', 1, { falseAcceptances: 7 }],
    ['false', 2, { falseRefusals: 2 }],
    ['undefined', 2, { skipped: 9 }],
    ['"yes"', 2, { noVerdict: 9 }],
    ['Promise.reject(new Error("no"))', 2, { noVerdict: 9 }],
  ])('that gives %s ends with %i', async (gives, code, total) => {
    const module = adapter(`export const verify = () => ${gives};`);
    const ran = await run(['conformance', GITHUB, '--adapter', module, '--json']);
    expect({ code: ran.code, total: jsonOf(ran.out).total }).toMatchObject({ code, total });
  });

  it('hears all that a case says of its receiver', async () => {
    const module = adapter(
      'export const verify = (request) => { throw new Error(Object.keys(request).join()); };',
    );
    const { out } = await run(['conformance', 'vectors/', '--adapter', module, '--json']);
    const names = new Set(
      jsonOf(out).deviations.flatMap((each) => String(Reflect.get(each, 'why')).split(/[ ,]+/)),
    );
    expect([...names]).toEqual(
      expect.arrayContaining([
        'secret',
        'publicKey',
        'otherSecrets',
        'encoding',
        'keyId',
        'options',
        'binding',
        'declaration',
      ]),
    );
  });

  it('that is not there is told so, and nothing of where this program is', async () => {
    const { code, err } = await run(['conformance', GITHUB, '--adapter', './no-adapter.mjs']);
    expect(code).toBe(2);
    expect(err).toContain('./no-adapter.mjs cannot be loaded: there is no such file');
    expect(err).not.toContain('imported from');
  });
});

it('what a set says of itself is shown, and drives no terminal', async () => {
  const file = join(newFolder(), 'v.json');
  const { cases } = JSON.parse(readFileSync(GITHUB, 'utf8')) as VectorFile;
  const name = 'a\n\nall 9 9 0 0 0 0\u001b[31m';
  writeFileSync(file, JSON.stringify({ scheme: 'github', cases: [{ ...cases[0], name, expect: 'reject' }] }));
  const { code, out } = await run(['conformance', file]);
  expect(code).toBe(1);
  expect(out).toContain('✗ false acceptance: github, a␊␊all 9 9 0 0 0 0␛[31m');
});

it('vectors that are not there are no standard input', async () => {
  const { code, err } = await run(['conformance', '-']);
  expect({ code, err }).toMatchObject({
    code: 2,
    err: 'countersign: - cannot be read: there is no such file\n  → Give the path of a file.\n',
  });
});
