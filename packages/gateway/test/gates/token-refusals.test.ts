/** Refused tokens: the caller learns nothing, whatever was wrong. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSocket, readToEnd, start, token } from '../harness.ts';

const key = Buffer.from('a'.repeat(64));
const other = Buffer.from('b'.repeat(64));
const now = Math.floor(Date.now() / 1000);
const exp = now + 300;
const pay = createHash('sha256').update('Bearer user').digest('base64');
const good = { exp, pay };

const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`;
const [head, , signature] = token(good, key).split('.');
const tampered = `${head}.${Buffer.from(JSON.stringify({ ...good, exp: exp + 1 })).toString('base64url')}.${signature}`;
const notJson = (() => {
  const input = `${head}.${Buffer.from('no json').toString('base64url')}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
})();

/** The tokens by what is wrong with them, and the reason that the log should show. */
const REFUSED: Readonly<Record<string, readonly [token: string | undefined, reason: string]>> = {
  'no token': [undefined, 'missing-token'],
  'an empty one': ['', 'missing-token'],
  'no token at all': ['x', 'malformed-token'],
  'alg none': [none, 'algorithm-not-allowed'],
  'another key': [token(good, other), 'signature-mismatch'],
  'a changed payload': [tampered, 'signature-mismatch'],
  'a payload that is not JSON': [notJson, 'malformed-token'],
  'an expired one': [token({ ...good, exp: now - 1 }, key), 'expired'],
  'no exp': [token({ pay }, key), 'missing-claim'],
  'not valid yet': [token({ ...good, nbf: now + 60 }, key), 'from-the-future'],
  'bound to nothing': [token({ exp }, key), 'binding-mismatch'],
  'bound to another user': [token({ exp, pay: 'x' }, key), 'binding-mismatch'],
};

describe('an Approov gate', () => {
  it('answers each refusal with the same bytes', async () => {
    const gateway = await start({
      app: {
        path: '/v1/app',
        provider: { id: 'approov', binding: ['authorization'] },
        keys: [{ secret: key.toString('base64') }],
        respond: { status: 200, json: { message: 'Hello World' } },
      },
    });
    const ask = async (text: string | undefined): Promise<string> => {
      const socket = await openSocket(gateway.publicPort);
      const line = text === undefined ? '' : `approov-token: ${text}\r\n`;
      socket.write(
        `GET /v1/app HTTP/1.1\r\nhost: x\r\nauthorization: Bearer user\r\n${line}connection: close\r\n\r\n`,
      );
      return (await readToEnd(socket)).replace(/^(?:date|x-request-id): .*\r\n/gim, '');
    };
    expect(await ask(token(good, key))).toMatch(/^HTTP\/1\.1 200 /);
    const answers = new Set<string>();
    for (const [name, [text, reason]] of Object.entries(REFUSED)) {
      answers.add(await ask(text));
      expect(gateway.records.at(-1), name).toMatchObject({ verdict: 'refused', reason, status: 401 });
    }
    expect([...answers]).toEqual([expect.stringMatching(/^HTTP\/1\.1 401 [\s\S]*\r\n\r\n\{\}$/)]);
    const log = gateway.log.join('');
    for (const [text] of Object.values(REFUSED))
      if (text && text.length > 10) expect(log).not.toContain(text);
  });
});
