/** Headers of detached signatures, against jose’s decoding. */
import { decodeProtectedHeader } from 'jose';
import type { Objection } from '../../packages/core/src/objection.ts';
import {
  type DetachedHeader,
  readDetachedHeader,
} from '../../packages/core/src/schemes/jws/detached-header.ts';
import type { DetachedJwsOptions } from '../../packages/core/src/schemes/jws/detached-jws-options.ts';
import { parseExactJson } from '../../packages/core/src/text/parse-exact-json.ts';
import { require, target } from '../target.ts';

const SIGNATURE = Buffer.alloc(132, 1).toString('base64url');

const OPTIONS: DetachedJwsOptions = {
  name: 'detached',
  header: 'tl-signature',
  algorithms: ['ES512'],
  headersParameter: 'tl_headers',
  parameters: { tl_version: '2' },
};

/** The input is the header’s JSON. */
export const detachedJws = target<DetachedHeader | Objection>({
  about:
    'what is taken has the algorithm and the parameter that the gate is set to, and the headers that jose decodes',
  words: [
    '{"alg":"ES512","kid":"k","tl_version":"2","tl_headers":"X-Tl-Webhook-Timestamp"}',
    '"tl_headers":"a,b"',
    '"tl_version":2',
    '"crit":["b64"],"b64":false',
    '"alg":"none"',
    '"jku":"https://a.example"',
    '\\u0061',
    '__proto__',
  ],
  read: (input) => readDetachedHeader(OPTIONS, tokenOf(input)),
  judge(input, header) {
    if ('reason' in header) return;
    const theirs = byJose(input);
    require(theirs['alg'] === 'ES512' &&
      theirs['tl_version'] === '2', 'jose decodes another algorithm or version');
    require(theirs['crit'] === undefined, 'an extension that nobody knows is passed over');
    require(header.kid === theirs['kid'], 'jose decodes another key id');
    require(header.names.join() === String(theirs['tl_headers'] ?? ''), 'jose decodes other headers');
  },
});

function tokenOf(input: Uint8Array): string {
  return `${Buffer.from(input).toString('base64url')}..${SIGNATURE}`;
}

/** Where it holds an escape, V8’s own parser may be wrong about names. */
function byJose(input: Uint8Array): Readonly<Record<string, unknown>> {
  const text = Buffer.from(input).toString();
  return text.includes('\\')
    ? (parseExactJson(text) as Readonly<Record<string, unknown>>)
    : { ...decodeProtectedHeader(tokenOf(input)) };
}
