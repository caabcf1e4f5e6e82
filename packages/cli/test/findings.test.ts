// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What verify and explain try where the signature is of something that nearly is the request, or by what nearly is the key. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from './support.ts';

const KEY = 'c2VjcmV0LWtleS1vZi1zb21lLWxlbmd0aC0hISE=';
const HEX_KEY = '5f2b8a1c9d4e7f60a3b5c7d9e1f20486';
const bytesOf = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);

interface Case {
  /** The id of the finding that comes first. */
  readonly cause: string;
  readonly signed: string;
  readonly sent: string;
  /** The sender’s key. */
  readonly key?: Buffer;
  /** What the gate is given. */
  readonly given?: string;
  readonly encoding?: string;
}

const PRETTY = '{\n  "amount": 1.0,\n  "to": "ada lovelace"\n}';
const cases: readonly Case[] = [
  { cause: 'body-newline-added', signed: '{"a":1}', sent: '{"a":1}\n' },
  { cause: 'body-newline-added', signed: '{"a":1}', sent: '{"a":1}\r\n' },
  { cause: 'body-newline-cut', signed: '{"a":1}\n', sent: '{"a":1}' },
  { cause: 'body-crlf', signed: 'a=1\nb=2\n', sent: 'a=1\r\nb=2\r\n' },
  { cause: 'body-lf', signed: 'a=1\r\nb=2\r\n', sent: 'a=1\nb=2\n' },
  {
    cause: 'body-json-compact',
    signed: '{"amount":1.0,"to":"ada lovelace"}',
    sent: PRETTY,
  },
  {
    cause: 'body-json-javascript',
    signed: '{"amount":1,"to":"ada lovelace"}',
    sent: PRETTY,
  },
  // Each as that very writer prints it; a parser in front of the gate has written it anew.
  ...(
    [
      ['python', '{"a": 1, "b": [true, {}], "c": "\\u00e9/\\ud83d\\ude00"}'],
      ['python-unicode', '{"a": 1, "b": [true, {}], "c": "é/😀"}'],
      ['javascript-2', JSON.stringify({ a: 1, b: [true, {}, []], c: 'é/' }, undefined, 2)],
      ['javascript-4', JSON.stringify({ a: 1, b: [true, {}, []], c: 'é/' }, undefined, 4)],
      ['javascript-tabs', JSON.stringify({ a: 1, b: [[1, 2], []], c: 'é/' }, undefined, '\t')],
      ['php', '{"url":"https:\\/\\/a.example\\/b","name":"\\u00e9"}'],
      ['php-unicode', '{"url":"https:\\/\\/a.example","name":"é"}'],
      ['php-pretty', '{\n    "url": "\\/b",\n    "list": [\n        1\n    ]\n}'],
      ['php', '{"a":1,"c":"\\u00e9"}'],
      ['python-compact', '{"a":"/","c":"\\u00e9"}'],
      ['python-2', '{\n  "c": "\\u00e9"\n}'],
      ['python-4', '{\n    "c": "\\u00e9",\n    "d": {}\n}'],
      ['go', '{"a":"\\u003cb\\u003e \\u0026 é"}'],
      ['dotnet', '{"a":"\\u003Cb\\u003E \\u00E9 \\u0022"}'],
    ] as const
  ).map(
    ([writer, signed]): Case => ({
      cause: `body-json-${writer}`,
      signed,
      sent: JSON.stringify(JSON.parse(signed)),
    }),
  ),
  {
    cause: 'key-blanks-around',
    signed: 'x',
    sent: 'x',
    key: bytesOf(KEY),
    given: ` ${KEY}\n`,
  },
  { cause: 'key-in-quotes', signed: 'x', sent: 'x', given: `"${KEY}"` },
  { cause: 'key-line-end-missing', signed: 'x', sent: 'x', key: bytesOf(`${KEY}\n`) },
  {
    cause: 'key-is-base64',
    signed: 'x',
    sent: 'x',
    key: bytesOf(KEY, 'base64'),
  },
  {
    cause: 'key-is-hex',
    signed: 'x',
    sent: 'x',
    key: bytesOf(HEX_KEY, 'hex'),
    given: HEX_KEY,
  },
  {
    cause: 'key-is-utf8',
    signed: 'x',
    sent: 'x',
    key: bytesOf(KEY),
    encoding: 'base64',
  },
  {
    cause: 'key-is-hex+body-newline-added',
    signed: 'x',
    sent: 'x\n',
    key: bytesOf(HEX_KEY, 'hex'),
    given: HEX_KEY,
  },
];

const requestOf = ({ signed, sent, key = bytesOf(KEY) }: Case): string =>
  JSON.stringify({
    method: 'POST',
    url: '/hook',
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(signed).digest('hex')}` },
    bodyBase64: Buffer.from(sent).toString('base64'),
  });

describe.each(['verify', 'explain'])('%s', (command) => {
  it.each(cases)('names the cause: $cause', async (request) => {
    const { cause, given = KEY, encoding } = request;
    const more = encoding === undefined ? [] : ['--encoding', encoding];
    const args = [command, '-p', 'github', '-k', given, ...more];
    const { code, out, err } = await run(args, { stdin: requestOf(request) });
    expect(code).toBe(1);
    expect(out).toContain('\nCause, proved by trying it: ');
    expect(out + err).not.toContain(given.trim());
    const json = await run([...args, '--json'], { stdin: requestOf(request) });
    const [first] = (JSON.parse(json.out) as { findings: readonly object[] }).findings;
    expect(first).toMatchObject({ id: cause, certainty: 'proved' });
  });

  it('does so with the keys of a configuration', async () => {
    const cwd = newFolder();
    const gate = '{ path: /hook, provider: github, keys: [{ secret: "${env:KEY}" }], keep: {} }';
    writeFileSync(join(cwd, 'countersign.yaml'), `store: ":memory:"\ngates:\n  g: ${gate}\n`);
    const request = { cause: '', signed: 'x', sent: 'x', key: bytesOf(HEX_KEY, 'hex') };
    const args = [command, '--config', 'countersign.yaml'];
    const { out } = await run(args, { cwd, env: { KEY: HEX_KEY }, stdin: requestOf(request) });
    expect(out).toContain(
      'Cause, proved by trying it: The sender’s key is decoded from hex, and the gate reads it otherwise.\n  → Set the key’s encoding: hex.',
    );
  });

  it.each([
    ['is proved', 'x', 'x', KEY],
    ['is of another key', 'x', 'x', 'another-key-altogether-0123'],
    ['is of another body', 'x', 'y', KEY],
  ])('says nothing where the request %s', async (_, signed, sent, key) => {
    const request = { cause: '', signed, sent };
    const { out } = await run([command, '-p', 'github', '-k', key], { stdin: requestOf(request) });
    expect(out).not.toContain('Cause, proved');
  });

  it('says that there is no body where one was signed, and where none may be missing nothing', async () => {
    const empty =
      'The body is empty. If the sender sent one, it was left out where the request was captured, or something had read it before.';
    const errOf = async (change: (text: string) => string, request: Pick<Case, 'signed' | 'sent'>) => {
      const stdin = change(requestOf({ cause: '', ...request }));
      const { out, err } = await run([command, '-p', 'github', '-k', KEY], { stdin });
      return out + err;
    };
    const same = (text: string): string => text;
    expect(await errOf(same, { signed: 'x', sent: '' })).toContain(`! ${empty}\n`);
    for (const [change, request] of [
      [same, { signed: '', sent: '' }],
      [same, { signed: 'x', sent: 'y' }],
      [(text: string) => text.replace('POST', 'GET'), { signed: 'x', sent: '' }],
    ] as const) {
      expect(await errOf(change, request)).not.toContain('The body is empty');
    }
  });

  it.each([
    ['x-slack-signature', 'hmac', 'slack'],
    ['Stripe-Signature', 'slack', 'stripe'],
    ['x-hub-signature-256', 'jwt-bearer', undefined],
    ['twitch-eventsub-message-signature', 'jwt-bearer', 'twitch'],
    ['x-signature', 'github', undefined],
    ['authorization', 'github', undefined],
    ['signature', 'github', 'mailersend'],
    ['signature-input', 'github', 'http-message-signatures'],
  ])(
    'says whose proof a request with %s has, where %s looks for its own: %s',
    async (header, provider, reader) => {
      const stdin = JSON.stringify({ method: 'POST', url: '/hook', headers: { [header]: 'x' }, body: '{}' });
      const { code, out, err } = await run([command, '-p', provider, '-k', KEY], { stdin });
      expect(code).toBe(1);
      const says = /The header (.*) is read by the provider (.*): is the request for that one\?\n/.exec(
        out + err,
      );
      expect([says?.[1], says?.[2]]).toEqual(
        reader === undefined ? [undefined, undefined] : [header.toLowerCase(), reader],
      );
    },
  );
});
