/** Changes of a signed request on its way: of its signature's text, its headers and its body. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import { pick, type Random } from './content.ts';

/** @param headers those that the scheme reads, the signature's first */
export function changed(request: SignedRequest, headers: readonly string[], random: Random): SignedRequest {
  switch (random() % 4) {
    case 0:
      return withBody(request, pick(BODY_CHANGES, random)(request.body, random));
    case 1: {
      const name = pick(headers, random);
      return pick(HEADER_CHANGES, random)(request, name);
    }
    default: {
      const [signature = ''] = headers;
      const value = request.headers.get(signature) ?? '';
      return {
        ...request,
        headers: request.headers.with(signature, pick(TEXT_CHANGES, random)(value, random)),
      };
    }
  }
}

type TextChange = (text: string, random: Random) => string;

/** Of a signature's header: other spellings of the same, and others beside it. */
const TEXT_CHANGES: readonly TextChange[] = [
  (text) => text.toUpperCase(),
  (text) => text.replace(/[0-9a-f]{40,}/, (hex) => hex.toUpperCase()),
  (text) => `${text} `,
  (text) => ` ${text}`,
  (text) => `${text}\t`,
  (text) => `${text}\xa0`,
  (text) => `${text},`,
  (text) => `,${text}`,
  (text) => `${text}, ${text}`,
  (text) => `${text} ${text}`,
  (text) => text.replaceAll(',', ', '),
  (text) => text.replaceAll(',', ' , '),
  (text) => text.replace('=', ' = '),
  (text) => `${text},v1=00`,
  (text) => `v1=zz,${text}`,
  (text) => `${text},v0=${text.slice(-64)}`,
  (text) => `${text} v1,AAAA`,
  (text) => `v1,%%% ${text}`,
  (text) => `v2,AAAA ${text}`,
  (text) => text.replace(/^t=(\d+)/, 't=$1,t=$1'),
  (text) => text.replace(/^t=(\d+)/, 't=1,t=$1'),
  (text) => text.replace(/^t=(\d+),(.*)$/, '$2,t=$1'),
  (text) => text.replace(/=+$/, ''),
  (text) => `${text}=`,
  (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
  (text) => text.replace(/(.)=$/, (_, char: string) => `${otherSpare(char)}=`),
  (text) => text.slice(0, -1),
  (text) => text.slice(0, -2),
  (text) => `${text}0`,
  (text) => `${text}00`,
  (text) => text.replace(/^(?:sha256|v0|v1|t)[=,]/, ''),
  (text) => text.replace(/^(?:sha256|v0|v1)/, (label) => label.toUpperCase()),
  (text) => text.replace('sha256=', 'sha1='),
  (text) => text.replace('v1', 'v2'),
  (text) => text.replace('Bearer ', 'bearer '),
  (text) => text.replace('Bearer ', 'Bearer  '),
  (text) => text.replace('Bearer ', ''),
  (text, random) => flipped(text, random),
  () => '',
  () => 'undefined',
  () => 'null',
];

/** A base64 digit that ends in other bits, which its bytes do not show. */
function otherSpare(char: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = digits.indexOf(char);
  return at < 0 ? char : (digits[at ^ 1] as string);
}

function flipped(text: string, random: Random): string {
  if (text === '') return text;
  const at = random() % text.length;
  return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
}

type HeaderChange = (request: SignedRequest, name: string) => SignedRequest;

const HEADER_CHANGES: readonly HeaderChange[] = [
  (request, name) =>
    withPairs(
      request,
      [...request.headers].filter(([other]) => other.toLowerCase() !== name),
    ),
  (request, name) => ({ ...request, headers: request.headers.with(name, '') }),
  // Sent twice.
  (request, name) => withPairs(request, [...request.headers, [name, request.headers.get(name) ?? '']]),
  (request, name) => withPairs(request, [[name, 'another'], ...request.headers]),
  (request, name) => withPairs(request, [...request.headers, [name, 'another']]),
  (request, name) =>
    withPairs(
      request,
      [...request.headers].map(
        ([other, value]): Pair => [other.toLowerCase() === name ? name.toUpperCase() : other, value],
      ),
    ),
];

type Pair = readonly [string, string];

function withPairs(request: SignedRequest, pairs: readonly Pair[]): SignedRequest {
  return { ...request, headers: new HeaderList(pairs.flat()) };
}

type BodyChange = (body: Uint8Array, random: Random) => Uint8Array;

const BODY_CHANGES: readonly BodyChange[] = [
  (body) => Buffer.concat([body, Buffer.from('\n')]),
  (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  (body) => body.subarray(0, -1),
  (body) => Buffer.from(Buffer.from(body).toString('utf8').replaceAll('":', '": ')),
  (body) => Buffer.from(Buffer.from(body).toString('utf8'), 'utf16le'),
  (body, random) => {
    const copy = Uint8Array.from(body);
    if (copy.length > 0) copy[random() % copy.length] = random();
    return copy;
  },
];

function withBody(request: SignedRequest, body: Uint8Array): SignedRequest {
  return { ...request, body };
}
