/** The Authorization header of a gate of tokens, against RFC 6750's grammar. */
import { createHmac } from 'node:crypto';
import { createGate, HeaderList, type Verdict } from '@countersign/core';
import { require, target } from '../target.ts';
import { textOf, verdictOf } from './gate-verdict.ts';

const NOW_MS = 1_760_000_000_000;
const SECRET = 'a secret of at least thirty-two bytes';
/** As fuzz/small-limits.ts has it. */
const MOST_CHARS = 2000;
const gate = createGate({ provider: 'jwt-bearer', keys: [SECRET], now: () => NOW_MS });

const encoded = (text: string): string => Buffer.from(text).toString('base64url');
const input = `${encoded('{"alg":"HS256"}')}.${encoded('{"exp":1760000060}')}`;
const TOKEN = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;

/** Stands in an input for the token. */
const GOOD = '@';

export const authorization = target<Verdict>({
  about: 'accepted is Bearer in any case, spaces, and the good token to the letter',
  words: ['Bearer @', 'bearer ', 'DPoP ', 'JWT ', 'Basic ', '.', '=', '\t', ',', 'Bearer Bearer @'],
  read: (bytes) =>
    verdictOf(gate, {
      method: 'GET',
      url: '/v1',
      headers: new HeaderList(['authorization', headerOf(bytes)]),
      body: new Uint8Array(0),
    }),
  judge(bytes, verdict) {
    const value = headerOf(bytes);
    const isGood = value.length <= MOST_CHARS && /^bearer +(.*)$/is.exec(value)?.[1] === TOKEN;
    require(verdict.ok === isGood, verdict.ok
      ? 'another text is accepted'
      : `the good token is refused: ${verdict.reason}`);
  },
});

function headerOf(bytes: Uint8Array): string {
  return textOf(bytes).replaceAll(GOOD, TOKEN);
}
