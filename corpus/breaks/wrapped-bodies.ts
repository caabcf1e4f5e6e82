/** Bodies in another form than the signed one: compressed, in base64, quoted, in an envelope, as a form, cut, lost. */

import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import qs from 'qs';
import { uuidOf } from '../base/draw.ts';
import { ask, type Language } from '../base/helper.ts';
import { largeJsonBody } from '../base/json-bodies.ts';
import { type Framework, post } from '../base/servers.ts';
import { pipe, versionOf } from '../base/versions.ts';
import { type BodyKind, type Wire, withHeader } from '../base/wire.ts';
import type { BodyBreak } from './body-break.ts';

const by =
  (language: Language, operation: string): BodyBreak['change'] =>
  (body) =>
    ask(language, operation, body).catch(() => undefined);
const at =
  (framework: Framework, path: string): BodyBreak['change'] =>
  (_body, wire) =>
    post(framework, path, wire);
const NODE = versionOf('node');

function row(
  cause: string,
  kind: BodyKind,
  count: number,
  madeBy: string,
  truth: string,
  change: BodyBreak['change'],
  more: Partial<BodyBreak> = {},
): BodyBreak {
  return { cause, kind, count, madeBy, truth, change, ...more };
}

const encodedAs =
  (coding: string) =>
  (wire: Wire): Wire =>
    withHeader(wire, 'Content-Encoding', coding);
const typed =
  (type: string) =>
  (wire: Wire): Wire =>
    withHeader(wire, 'Content-Type', type);
const asForm = typed('application/x-www-form-urlencoded');
const asJson = typed('application/json');
const large = (_body: Buffer, label: string): Buffer => largeJsonBody(label);

const COMPRESSED: readonly BodyBreak[] = [
  row(
    'signed-before-compression',
    'json',
    6,
    versionOf('gzip'),
    'The sender signed the plain body, and sent it through gzip.',
    (body) => pipe(body, 'gzip', '-n'),
    { adjust: encodedAs('gzip') },
  ),
  row(
    'signed-before-compression',
    'json',
    4,
    `${NODE}, zlib`,
    'The sender signed the plain body, and sent it in brotli.',
    (body) => brotliCompressSync(body),
    { adjust: encodedAs('br') },
  ),
  row(
    'signed-before-compression',
    'json',
    3,
    `${versionOf('python')}, brotli`,
    'The sender signed the plain body, and sent it in brotli.',
    by('python', 'brotli'),
    { adjust: encodedAs('br') },
  ),
  row(
    'signed-before-compression',
    'text',
    3,
    `${NODE}, zlib`,
    'The sender signed the plain body, and sent it deflated.',
    (body) => deflateSync(body),
    { adjust: encodedAs('deflate') },
  ),
  row(
    'decompressed-after-signing',
    'json',
    6,
    `${versionOf('express')}, express.raw() with inflate`,
    'The gzipped bytes were signed; express.raw() inflated them, Content-Encoding stayed.',
    (body, wire) => post('express', '/raw', { ...encodedAs('gzip')(wire), body }),
    { prepare: (body) => gzipSync(body), adjust: encodedAs('gzip') },
  ),
  row(
    'decompressed-after-signing',
    'json',
    4,
    versionOf('gzip'),
    'The gzipped bytes were signed; a proxy inflated them and took Content-Encoding off.',
    (body) => pipe(body, 'gzip', '-dc'),
    { prepare: (body) => gzipSync(body) },
  ),
];

const ENCODED: readonly BodyBreak[] = [
  row(
    'body-left-in-base64',
    'json',
    6,
    `${versionOf('python')}, an AWS Lambda event`,
    'The body is the base64 text of an event with isBase64Encoded, which nobody decoded.',
    by('python', 'base64'),
  ),
  row(
    'body-left-in-base64',
    'form',
    3,
    NODE,
    'The body is the base64 text of an event with isBase64Encoded, which nobody decoded.',
    (body) => Buffer.from(body.toString('base64')),
  ),
  row(
    'body-left-in-base64',
    'json',
    3,
    versionOf('php'),
    'The body is in base64 with lines of 76 letters (chunk_split).',
    by('php', 'chunk-split'),
  ),
  row(
    'body-left-in-base64',
    'json',
    3,
    versionOf('ruby'),
    'The body is in base64 with lines of 60 letters (encode64).',
    by('ruby', 'encode64'),
  ),
  row(
    'body-left-in-base64',
    'text',
    3,
    versionOf('java'),
    'The body is in base64 with lines of 76 letters (getMimeEncoder).',
    by('java', 'mime-base64'),
  ),
  row(
    'sender-signed-base64-of-body',
    'json',
    5,
    versionOf('python'),
    'The sender signed the base64 text of the body, and sent the body.',
    by('python', 'base64'),
    { side: 'signer' },
  ),
  row(
    'body-quoted-as-json-string',
    'json',
    5,
    `${versionOf('express')}, express.text()`,
    'JSON.stringify was called on the body when it was a text: it stands in quotes, escaped.',
    at('express', '/text-to-json'),
  ),
  row(
    'body-quoted-as-json-string',
    'json',
    3,
    versionOf('python'),
    'json.dumps was called on the text of the body: it stands in quotes, escaped.',
    by('python', 'json-of-text'),
  ),
  row(
    'body-quoted-as-json-string',
    'json',
    3,
    versionOf('php'),
    'json_encode was called on the text of the body: it stands in quotes, escaped.',
    by('php', 'json-of-text'),
  ),
  row(
    'body-quoted-as-json-string',
    'json',
    3,
    versionOf('go'),
    'json.Marshal of a []byte: the body is base64 in quotes.',
    by('go', 'json-of-bytes'),
  ),
  row(
    'body-quoted-as-json-string',
    'json',
    3,
    NODE,
    'The sender signed JSON.stringify of the text, and sent the text.',
    (body) => Buffer.from(JSON.stringify(body.toString())),
    { side: 'signer' },
  ),
  row(
    'body-as-buffer-json',
    'json',
    4,
    `${versionOf('express')}, express.raw()`,
    'JSON.stringify was called on a Buffer: the body is {"type":"Buffer","data":[…]}.',
    (body, wire) => (body.length > 400 ? undefined : post('express', '/raw-to-json', wire)),
  ),
  row(
    'body-in-envelope',
    'json',
    5,
    `${versionOf('python')}, an AWS Lambda event`,
    'The body is the whole event of an API gateway, with the sent body in base64 in its member body.',
    (body, { url }) => ask('python', 'lambda-event', body, 'application/json', url),
  ),
  row(
    'body-in-envelope',
    'json',
    4,
    `${versionOf('python')}, a queue’s message`,
    'The body is the envelope of a queue, with the sent body as a text in its member Body.',
    (body, wire) => ask('python', 'sqs-envelope', body, uuidOf(wire.url)),
  ),
  row(
    'body-in-envelope',
    'json',
    3,
    `${NODE}, a tunnel's record`,
    'A forwarder put the body into {"body": …} beside its own members.',
    (body) =>
      Buffer.from(
        JSON.stringify({
          receivedAt: '2026-03-05T09:30:00.000Z',
          source: 'smee',
          body: JSON.parse(body.toString()),
        }),
      ),
  ),
  row(
    'body-html-escaped',
    'json',
    4,
    versionOf('php'),
    'htmlspecialchars() escaped the body.',
    by('php', 'htmlspecialchars'),
  ),
  row(
    'body-html-escaped',
    'json',
    3,
    versionOf('python'),
    'html.escape() escaped the body, as a template does.',
    by('python', 'html-escape'),
  ),
  row(
    'body-html-escaped',
    'json',
    3,
    versionOf('go'),
    'html.EscapeString escaped the body.',
    by('go', 'html'),
  ),
  row(
    'body-html-escaped',
    'form',
    3,
    versionOf('ruby'),
    'CGI.escapeHTML escaped the body.',
    by('ruby', 'escape-html'),
  ),
  row(
    'body-percent-encoded',
    'json',
    3,
    versionOf('php'),
    'rawurlencode() encoded the whole body.',
    by('php', 'rawurlencode'),
  ),
  row(
    'body-percent-encoded',
    'json',
    3,
    versionOf('python'),
    'quote_plus() encoded the whole body.',
    by('python', 'quote-plus'),
  ),
  row(
    'body-percent-encoded',
    'json',
    3,
    versionOf('go'),
    'url.QueryEscape encoded the whole body.',
    by('go', 'query-escape'),
  ),
  row(
    'body-percent-decoded',
    'form',
    4,
    versionOf('php'),
    'urldecode() decoded the whole form.',
    by('php', 'urldecode'),
  ),
  row(
    'body-percent-decoded',
    'form',
    3,
    versionOf('python'),
    'unquote_plus() decoded the whole form.',
    by('python', 'unquote-plus'),
  ),
  row(
    'body-backslashed',
    'json',
    3,
    versionOf('php'),
    'addslashes() put backslashes before the quotes.',
    by('php', 'addslashes'),
  ),
  row(
    'body-backslashed',
    'json',
    3,
    versionOf('php'),
    'stripslashes() took the backslashes out.',
    by('php', 'stripslashes'),
  ),
];

const AS_LITERALS: readonly BodyBreak[] = [
  row(
    'body-printed-as-language-literal',
    'json',
    4,
    versionOf('python'),
    'The body is str() of a dict.',
    by('python', 'literal'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    versionOf('python'),
    "The body is str() of bytes: b'…'.",
    by('python', 'str-of-bytes'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    versionOf('php'),
    'The body is print_r() of an array.',
    by('php', 'print-r'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    versionOf('php'),
    'The body is serialize() of an array.',
    by('php', 'serialize'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    versionOf('ruby'),
    'The body is inspect of a Hash.',
    by('ruby', 'inspect'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    versionOf('go'),
    'The body is %v of a map.',
    by('go', 'print-map'),
  ),
  row(
    'body-printed-as-language-literal',
    'json',
    3,
    `${NODE}, util.inspect`,
    'The body is what console.log prints of the object.',
    (body) => Buffer.from(inspect(JSON.parse(body.toString()), { depth: 9 })),
  ),
  row(
    'body-became-object-object',
    'json',
    4,
    `${versionOf('express')}, String(req.body)`,
    'A parsed object was made a text: [object Object].',
    at('express', '/json-text'),
  ),
];

const LOST: readonly BodyBreak[] = [
  row(
    'body-lost',
    'json',
    5,
    `${versionOf('express')}, express.json() first`,
    'A parser had read the stream; who read it after that got nothing.',
    at('express', '/stream-after-json'),
  ),
  row(
    'body-lost',
    'form',
    3,
    `${versionOf('flask')}, request.form first`,
    'request.form had read the stream; request.get_data() got nothing.',
    at('python', '/flask/data-after-form'),
  ),
  row(
    'body-truncated',
    'json',
    3,
    `${NODE}, the first chunk`,
    "Only the stream's first chunk of 16 KB was kept.",
    (body) => body.subarray(0, 16_384),
    { prepare: large },
  ),
  row(
    'body-truncated',
    'json',
    5,
    versionOf('coreutils'),
    'The body was cut at 200 bytes, as a column of a table or a log line does.',
    (body) => pipe(body, 'head', '-c', '200'),
  ),
  row('body-truncated', 'text', 2, versionOf('coreutils'), 'The last byte of the body is missing.', (body) =>
    pipe(body, 'head', '-c', '-1'),
  ),
  row(
    'body-truncated',
    'json',
    3,
    `${NODE}, a Content-Length in letters`,
    'Content-Length counted letters and not bytes: the end of the body was cut.',
    (body) => body.subarray(0, body.toString().length),
  ),
  row(
    'members-changed-by-middleware',
    'json',
    3,
    versionOf('python'),
    'A middleware added a member, received_at.',
    (body) =>
      ask('python', 'add-member', body, 'received_at', '"2026-03-05T09:30:01Z"').catch(() => undefined),
  ),
  row(
    'members-changed-by-middleware',
    'json',
    3,
    versionOf('python'),
    'A middleware left out members that are null or empty.',
    async (body) => (/null|""/.test(body.toString()) ? ask('python', 'drop-nulls', body) : undefined),
  ),
  row(
    'members-changed-by-middleware',
    'json',
    3,
    versionOf('php'),
    'A middleware trimmed each text and made null of empty ones, as Laravel does.',
    async (body) => (/null|""|\\n"/.test(body.toString()) ? ask('php', 'trim-strings', body) : undefined),
  ),
];

const FORMS: readonly BodyBreak[] = [
  row(
    'form-parsed-and-printed-again',
    'form',
    4,
    `${versionOf('express')}, express.urlencoded() and qs`,
    'The form was parsed and printed again by qs.',
    at('express', '/form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    `${versionOf('express')}, express.urlencoded()`,
    'The form was parsed and printed again by URLSearchParams.',
    at('express', '/form-simple'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('qs'),
    'The form was parsed and printed again with blanks as +.',
    (body) =>
      Buffer.from(qs.stringify(qs.parse(body.toString()), { format: 'RFC1738', encodeValuesOnly: true })),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    4,
    versionOf('php'),
    'The form was parsed into $_POST and printed by http_build_query.',
    at('php', '/form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('php'),
    'The form was parsed by parse_str and printed by http_build_query under RFC 3986.',
    by('php', 'form-rfc3986'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('python'),
    'The form was parsed by parse_qsl and printed by urlencode, without its empty fields.',
    by('python', 'form-without-blanks'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('python'),
    'The form was parsed and printed with %20 for a blank.',
    by('python', 'form-quoted'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('python'),
    'The form was parsed, sorted by name and printed.',
    by('python', 'form-sorted'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('flask'),
    'The form was printed again from request.form.',
    at('python', '/flask/form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('django'),
    'The form was printed again from request.POST.',
    at('python', '/django/form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('rack'),
    'The form was printed again by build_nested_query.',
    at('rack', '/form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('go'),
    'The form was printed again by url.Values.Encode, which sorts.',
    by('go', 'form'),
  ),
  row(
    'form-parsed-and-printed-again',
    'form',
    3,
    versionOf('koa-bodyparser'),
    'The form was printed again from ctx.request.body.',
    at('koa', '/form'),
  ),
  row(
    'body-format-converted',
    'form',
    4,
    `${versionOf('express')}, express.urlencoded()`,
    'A form was signed; what is checked is JSON of its fields.',
    at('express', '/form-to-json'),
    { adjust: asJson },
  ),
  row(
    'body-format-converted',
    'form',
    3,
    versionOf('php'),
    'A form was signed; what is checked is JSON of its fields.',
    at('php', '/form-to-json'),
    { adjust: asJson },
  ),
  row(
    'body-format-converted',
    'form',
    3,
    versionOf('rack'),
    'A form was signed; what is checked is JSON of its fields.',
    by('ruby', 'form-to-json'),
    { adjust: asJson },
  ),
  row(
    'body-format-converted',
    'json',
    3,
    versionOf('php'),
    'JSON was signed; what arrived is a form of its members.',
    by('php', 'json-to-form'),
    { adjust: asForm },
  ),
  row(
    'body-format-converted',
    'json',
    3,
    versionOf('python'),
    'JSON was signed; what was sent is a form (data= for json=).',
    by('python', 'json-to-form'),
    { adjust: asForm },
  ),
  row(
    'multipart-printed-again',
    'multipart',
    6,
    `${versionOf('requests')}, files=`,
    'The multipart body was read and printed again with a boundary of its own.',
    (body, _wire, { contentType }) =>
      ask('python', 'multipart', body, contentType, '9f1c5b7e0a4d4e0c8a6b3d2f1e0c9b8a'),
    { adjust: typed('multipart/form-data; boundary=9f1c5b7e0a4d4e0c8a6b3d2f1e0c9b8a') },
  ),
];

export const WRAPPED_BODIES: readonly BodyBreak[] = [
  ...COMPRESSED,
  ...ENCODED,
  ...AS_LITERALS,
  ...LOST,
  ...FORMS,
];
