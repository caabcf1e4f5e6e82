/** What the settings of gates stand in, the same in each of Node’s frameworks. */
import { createHmac } from 'node:crypto';
import {
  BOUND_TOKEN,
  BOUND_VALUE,
  IN_BASE64,
  KEY_SET,
  OLD_SIGNATURE,
  type Program,
  SECRET,
  SIGNATURE,
  SIGNED_TIMES,
  TOKENS,
  WITH_BLANKS,
} from './program.ts';

/** Prints of each of several requests whether it is accepted. */
function asks(headers: readonly (readonly (readonly [string, string])[])[]): string {
  return `CODE
for (const headers of ${JSON.stringify(headers)}) console.log((await gate.verify({ method: 'POST', url: '/', headers, body: '{}' })).ok);`;
}

const GITHUB = asks([[['x-hub-signature-256', `sha256=${SIGNATURE}`]]]);

export const NODE_PROGRAMS: Readonly<Record<string, Program>> = {
  'express key-whitespace': { text: GITHUB, prints: 'true\n', secret: WITH_BLANKS },
  'express key-encoding': { text: GITHUB, prints: 'true\n', secret: IN_BASE64 },
  'express key-as-text': { text: GITHUB, prints: 'true\n' },
  'express time-form': {
    text: 'CODE\nprocess.stdout.write(String(Math.abs(Date.now() / 1000 - Number(timestamp)) < 60));',
    prints: 'true',
  },
  'express key-rotation': {
    text: asks(
      [SIGNATURE, OLD_SIGNATURE, '0'.repeat(64)].map((hex) => [['x-hub-signature-256', `sha256=${hex}`]]),
    ),
    prints: 'true\ntrue\nfalse\n',
  },
  'express signature-encoding': {
    text: `CODE\nprocess.stdout.write(sign('${SECRET}', '{}'));`,
    prints: SIGNATURE,
  },
  'express message-parts': {
    text: asks(
      SIGNED_TIMES.map(([time, signature]) => [
        ['x-timestamp', time],
        ['x-signature', signature],
      ]),
    ),
    prints: 'true\nfalse\nfalse\n',
  },
  'express token-key': {
    text: `globalThis.fetch = async () => new Response('${KEY_SET}');
${asks([...TOKENS, `${createHmacToken()}`].map((token) => [['authorization', `Bearer ${token}`]]))}`,
    prints: 'true\nfalse\nfalse\n',
  },
  'express binding': {
    text: asks(
      [BOUND_VALUE, 'Bearer mallory'].map((value) => [
        ['approov-token', BOUND_TOKEN],
        ['authorization', value],
      ]),
    ),
    prints: 'true\nfalse\n',
  },
};

/** A token of the right issuer whose algorithm is one that anybody can sign with: the key set’s own text is the secret. */
function createHmacToken(): string {
  const [, payload] = (TOKENS[0] ?? '').split('.');
  const message = `${Buffer.from('{"alg":"HS256","kid":"a"}').toString('base64url')}.${payload}`;
  return `${message}.${createHmac('sha256', KEY_SET).update(message).digest('base64url')}`;
}
