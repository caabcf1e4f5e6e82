/** What is wrong with the text of a token, in words: its issuer reads them. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';

const SECRET = 'the-secret-of-this-gate-is-long-enough';
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const NOW = 1_760_000_000;

function token(header: string | Buffer, payload: string | Buffer): string {
  const parts = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${parts}.${createHmac('sha256', SECRET).update(parts).digest('base64url')}`;
}

it.each([
  [
    HEADER,
    `{'exp': ${NOW + 60}}`,
    'The token’s payload cannot be read as JSON: a member name is missing, at byte 1.',
  ],
  [
    HEADER,
    `{"exp":${NOW + 60}`,
    'The token’s payload cannot be read as JSON: the text ends too soon, at byte 17.',
  ],
  ['HS256', '{}', 'The token’s header cannot be read as JSON: the text is not a JSON object, at byte 0.'],
  [HEADER, '{"exp":1e50}', 'The token’s claim exp is not a time before the year 10000.'],
  [
    HEADER,
    `{"exp":${NOW + 60},"exp":1}`,
    'The token’s JSON has a name twice: "exp" in its payload. Two readers would take two different values.',
  ],
  [
    HEADER,
    Buffer.from(`{"exp":${NOW + 60},"sub":"é"}`, 'latin1'),
    'The token’s payload cannot be read as JSON: the text is not valid UTF-8, at byte 25.',
  ],
] as const)('%s with %s', async (header, payload, sentence) => {
  const { findings } = await explain(
    {
      method: 'GET',
      url: 'https://api.example/v1',
      headers: { authorization: `Bearer ${token(header, payload)}` },
      body: '',
    },
    { provider: 'jwt-bearer', keys: [SECRET], now: () => NOW * 1000 },
  );
  expect(findings[0]?.sentence).toBe(sentence);
});
