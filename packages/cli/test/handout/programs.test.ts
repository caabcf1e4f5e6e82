/** Prevents: a program on a page that signs other bytes than the gate reads, or holds what nobody sees. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGate } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';

const KEYS = '[{ id: partner-1, secret: a-partner-secret-of-28-bytes }]';

interface Asked {
  readonly keys?: string;
  readonly args?: readonly string[];
}

async function runHandout(scheme: object, { keys = KEYS, args = [] }: Asked = {}) {
  const cwd = newFolder();
  const gate = `path: /partner, scheme: ${JSON.stringify(scheme)}, keys: ${keys}, respond: { status: 200 }`;
  writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\ngates:\n  partner: { ${gate} }\n`);
  return run(['handout', 'partner', ...args], { cwd, env: {} });
}

interface View {
  readonly url: string;
  readonly vector: { readonly key: string; readonly messageHex: string; readonly signature: string };
  readonly programs: readonly { readonly language: string; readonly code: string }[];
}

async function viewOf(scheme: object, url = 'https://api.example'): Promise<View> {
  const { out, err, code } = await runHandout(scheme, { args: ['--json', '--url', url] });
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as View;
}

const schemeOf = (message: string) =>
  ({
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', encoding: 'hex' },
    message,
    timestamp: 'none',
  }) as const;

/** What the program in JavaScript says of a body; the others are tried by `npm run examples`. */
function tryBody(folder: string, body: Uint8Array, { vector, programs }: View) {
  const file = join(folder, 'sign.mjs');
  writeFileSync(file, programs.find(({ language }) => language === 'javascript')?.code ?? '');
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, 'print'], {
    input: body,
    encoding: 'utf8',
    env: { SIGNING_SECRET: vector.key },
  });
  return { printed: stdout.trim(), stderr, status };
}

const FORMS: readonly (readonly [name: string, body: Uint8Array])[] = [
  ['nothing', Buffer.alloc(0)],
  ['no field', Buffer.from('&&')],
  ['fields without a value and twice', Buffer.from('b&a=1&a=1&&b=&a==2')],
  ['NUL', Buffer.from('a%00=1&a=\0&a%01=2')],
  ['a byte order mark, written and raw', Buffer.from('\ufeffa=%EF%BB%BF1')],
  ['letters of four bytes, written and raw', Buffer.from('a=é😀&b=%F0%9F%98%80+%2B')],
  ['a question mark in front', Buffer.from('?a=1')],
  ['a name that another begins with', Buffer.from('ab=1&a=b2&a%62=1')],
  ['line ends', Buffer.from('a=1\n&b=%0D%0A')],
  ['half a megabyte', Buffer.from(`a=${'x+y%20'.repeat(90_000)}`)],
];

const NO_FORMS: readonly (readonly [name: string, body: Uint8Array])[] = [
  ['a raw byte that is not UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
  ['a written byte that is not UTF-8', Buffer.from('a=%FF')],
  ['a surrogate', Buffer.from('a=%ED%A0%80')],
  ['a broken escape', Buffer.from('a=%zz')],
  ['an escape that ends too early', Buffer.from('a=%4')],
  ['a field without a name', Buffer.from('a=1&=2')],
];

describe('a program that reads a form', () => {
  const scheme = schemeOf('{form:sorted}');
  const headers = [['content-type', 'application/x-www-form-urlencoded']] as const;
  it.each(FORMS)('signs what the gate reads: %s', async (_, body) => {
    const view = await viewOf(scheme);
    const gate = createGate({ scheme, keys: [view.vector.key] });
    const { printed, stderr } = tryBody(newFolder(), body, view);
    expect(stderr).toBe('');
    const signed = { method: 'POST', url: '/partner', headers: [...headers, ['x-signature', printed]], body };
    expect(await gate.verify(signed as Parameters<typeof gate.verify>[0])).toMatchObject({ ok: true });
  });

  it.each(NO_FORMS)('stops where the gate refuses: %s', async (_, body) => {
    const view = await viewOf(scheme);
    const gate = createGate({ scheme, keys: [view.vector.key] });
    const { printed, stderr, status } = tryBody(newFolder(), body, view);
    expect(status).not.toBe(0);
    expect(printed).toBe('');
    expect(stderr).toContain('The body is not a well-formed form: ');
    const request = {
      method: 'POST',
      url: '/partner',
      headers: [...headers, ['x-signature', '00'.repeat(32)]],
      body,
    };
    expect(await gate.verify(request as Parameters<typeof gate.verify>[0])).toMatchObject({
      reason: 'malformed-body',
    });
  });

  it('says so in every language', async () => {
    const { programs } = await viewOf(scheme);
    for (const { code } of programs) expect(code).toContain('The body is not a well-formed form: ');
  });
});

describe('a literal text', () => {
  it('is signed with its byte order mark, at the front and within', async () => {
    const { vector } = await viewOf(schemeOf('\ufeffa\ufeff{body}'));
    expect(vector.messageHex).toMatch(/^efbbbf61efbbbf7b/);
  });

  it('stands in every program in printable ASCII, and where it is not seen, escaped on the page', async () => {
    const message = '\ufeff\u202eé😀\u2028\u0001{body}';
    const { vector, programs } = await viewOf(schemeOf(message));
    for (const { code } of programs) expect(code).toMatch(/^[\t\n -~]*$/);
    const { out } = await runHandout(schemeOf(message));
    expect(out).toContain('message   = "\\ufeff\\u202eé😀\\u2028\\u0001" + body');
    expect(out).toContain('\nefbbbfe280ae');
    expect(tryBody(newFolder(), Buffer.from('{}'), { url: '', vector, programs })).toMatchObject({
      stderr: '',
      printed: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe('the address', () => {
  it('has a path that every library sends as it is signed', async () => {
    const { url } = await viewOf(schemeOf('{path}{body}'), 'https://api.example/[1-2]|^/é?a[a-z]=1');
    expect(url).toBe('https://api.example/%5B1-2%5D%7C%5E/%C3%A9?a[a-z]=1');
  });

  it.each(['https://api.example/x?q=%zz', 'https://api.example/%4'])('%s is refused', async (url) => {
    const { code, err } = await runHandout(schemeOf('{body}'), { args: ['--url', url] });
    expect(code).toBe(2);
    expect(err).toContain('--url has a percent sign that no two hex digits follow');
    expect(err).toContain('Write %25 where a percent sign is meant.');
  });

  it('over http, of a gate that is not told its origin, is signed as the gateway reads it', async () => {
    const { vector } = await viewOf(schemeOf('{url}{body}'), 'http://api.example');
    expect(Buffer.from(vector.messageHex, 'hex').toString()).toMatch(/^https:\/\/api\.example\/partner\{/);
  });
});

it.each(['café', 'é😀ключ'])('a key id that no header carries is refused with the remedy: %s', async (id) => {
  const scheme = { ...schemeOf('{body}'), keyId: { header: 'x-key' } };
  const keys = JSON.stringify([{ id, secret: 'a-partner-secret-of-28-bytes' }]);
  const { code, err } = await runHandout(scheme, { keys });
  expect(code).toBe(2);
  expect(err).toContain('keys[0].id: it is not plain ASCII');
  expect(err).toContain('Give an id of printable ASCII characters');
});
