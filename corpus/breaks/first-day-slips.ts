/** First-day mistakes: what people do who set up a receiver, or write a sender, for the first time. */
import { bytesOf, word } from '../base/draw.ts';
import { ask, type Language } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { headerOf, type KeySpec, type Wire, withBody, withHeader } from '../base/wire.ts';
import { type Part, type Slip, text } from '../senders/profile.ts';
import type { Arrives, MakesSlip, Report } from './report.ts';

const NODE = versionOf('node');
const PYTHON = versionOf('python');
const PHP = versionOf('php');
const BY_HAND = `${NODE}, a sender written by hand`;

const EVENT = `{"id":"evt_${word('first day event', 12)}","type":"order.paid","buyer":"José Ünal","total":1250}`;
const PUSH = `{"ref":"refs/heads/main","repository":{"full_name":"acme/café","private":false},"forced":false}`;
const HOST = 'https://hooks.acme.example';

const bodyBy =
  (language: Language, operation: string, ...args: readonly string[]): Arrives =>
  async (wire) =>
    withBody(wire, await ask(language, operation, wire.body, ...args));
const bodyTo =
  (change: (body: Buffer) => Buffer): Arrives =>
  (wire) =>
    withBody(wire, change(wire.body));
const urlTo =
  (from: string, to: string): Arrives =>
  (wire) => ({ ...wire, url: wire.url.replace(from, to) });
const renamed =
  (from: string, to: string): Arrives =>
  (wire): Wire => ({
    ...wire,
    headers: wire.headers.map(([name, value]) => [name.toLowerCase() === from ? to : name, value]),
  });
const parts =
  (change: (all: readonly Part[]) => readonly Part[]): MakesSlip =>
  () => ({ parts: change });
const slip =
  (own: Slip): MakesSlip =>
  () =>
    own;
const keyed =
  (key: (secret: string) => Buffer): MakesSlip =>
  (secret) => ({ key: key(secret) });
const separators = (separator: string) =>
  parts((all) => all.map((item) => (item.name === 'separator' ? text(separator) : item)));

const BODIES: readonly Report[] = [
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'The body {"a":1} was read as JSON and printed again with a blank behind the colon (json.dumps).',
    madeBy: PYTHON,
    sender: 'github',
    body: '{"a":1}',
    arrives: bodyBy('python', 'json'),
  },
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'The body was read as JSON and printed again with its members sorted.',
    madeBy: PYTHON,
    sender: 'hmac',
    body: '{"a":2,"b":1,"c":{"x":"10","y":null}}',
    arrives: bodyBy('python', 'json-sorted'),
  },
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'A client printed the body again, with \\u00e9 for é.',
    madeBy: PYTHON,
    sender: 'stripe',
    body: EVENT,
    arrives: bodyBy('python', 'json-compact'),
  },
  ...(
    [
      ['github', '\n', 'echo put a line end behind the body.'],
      ['shopify', '\r\n', 'A line end of DOS was put behind the body.'],
    ] as const
  ).map(
    ([sender, end, truth]): Report => ({
      cause: 'final-newline-added',
      truth,
      madeBy: NODE,
      sender,
      body: EVENT,
      arrives: bodyTo((body) => Buffer.concat([body, Buffer.from(end)])),
    }),
  ),
  {
    cause: 'final-newline-added',
    truth:
      'The request was saved in a file, whose last line an editor ended: Content-Length is as it was sent.',
    madeBy: NODE,
    sender: 'hmac',
    body: EVENT,
    arrives: (wire) => ({ ...wire, body: Buffer.concat([wire.body, Buffer.from('\n')]) }),
  },
  {
    cause: 'byte-order-mark-added',
    truth: 'The body was saved as UTF-8 with a byte order mark in front.',
    madeBy: PYTHON,
    sender: 'slack',
    body: EVENT,
    arrives: bodyBy('python', 'utf-8-sig'),
  },
  {
    cause: 'body-lost',
    truth: 'Something read the body before the receiver did: nothing is left of it.',
    madeBy: NODE,
    sender: 'github',
    body: EVENT,
    arrives: (wire) => ({ ...wire, body: Buffer.alloc(0) }),
  },
  {
    cause: 'body-quoted-as-json-string',
    truth: 'JSON.stringify was called on the text of the body: it is a text of JSON in JSON.',
    madeBy: NODE,
    sender: 'hmac',
    body: '{"a":1,"text":"é"}',
    arrives: bodyTo((body) => Buffer.from(JSON.stringify(body.toString()))),
  },
  {
    cause: 'charset-changed',
    truth: 'The body was converted from UTF-8 to ISO-8859-1.',
    madeBy: NODE,
    sender: 'github',
    body: PUSH,
    arrives: bodyTo((body) => Buffer.from(body.toString(), 'latin1')),
  },
  {
    cause: 'body-format-converted',
    truth: 'A form was signed; JSON of its fields arrived.',
    madeBy: PHP,
    sender: 'slack',
    body: 'token=x7Yq&team_id=T0001&command=%2Fweather&text=94070',
    contentType: 'application/x-www-form-urlencoded',
    arrives: async (wire) =>
      withHeader(
        withBody(wire, await ask('php', 'form-to-json', wire.body)),
        'content-type',
        'application/json',
      ),
  },
];

const HEX_SECRET = bytesOf('secret of the first day in hex', 32).toString('hex');
const BASE64_SECRET = bytesOf('secret of the first day in base64', 32).toString('base64');
const otherWhsec = `whsec_${bytesOf('other secret of the first day', 32).toString('base64')}`;
const ring = (secret: string, old: Partial<KeySpec>): readonly KeySpec[] => [
  { id: 'new', secret: word('new secret of the first day', 40) },
  { id: 'old', secret, ...old },
];
const API_KEYS = [
  ['stripe', 'sk_test_not_a_real_key_of_a_first_day'],
  ['github', 'ghp_not_a_real_token_of_a_first_day'],
] as const;

const SECRETS: readonly Report[] = [
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of another endpoint.',
    madeBy: NODE,
    sender: 'github',
    held: () => word('another secret of the first day', 40),
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of the other mode, test for live.',
    madeBy: NODE,
    sender: 'standard-webhooks',
    held: () => otherWhsec,
  },
  ...API_KEYS.map(
    ([sender, key]): Report => ({
      cause: 'api-key-instead-of-webhook-secret',
      truth: "The receiver has an API key of the account where the webhook's secret belongs.",
      madeBy: NODE,
      sender,
      held: () => key,
    }),
  ),
  {
    cause: 'secret-variable-not-filled-in',
    truth: "The receiver's secret is the name of its variable, $GITHUB_WEBHOOK_SECRET.",
    madeBy: NODE,
    sender: 'github',
    held: () => '$GITHUB_WEBHOOK_SECRET',
  },
  {
    cause: 'secret-variable-not-filled-in',
    truth: "The receiver's secret is still the placeholder of an example, changeme.",
    madeBy: NODE,
    sender: 'hmac',
    held: () => 'changeme-changeme-changeme',
  },
  {
    cause: 'secret-with-line-end',
    truth: 'The sender read its secret from a file with the line end at its end.',
    madeBy: BY_HAND,
    sender: 'shopify',
    slip: keyed((secret) => Buffer.from(`${secret}\n`)),
  },
  {
    cause: 'secret-in-quotes',
    truth: 'The receiver has the secret with the quotes that stand round it in a .env.',
    madeBy: NODE,
    sender: 'stripe',
    held: (secret) => `"${secret}"`,
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender decodes the secret from hex; it is to be used as it stands.',
    madeBy: BY_HAND,
    sender: 'hmac',
    secret: HEX_SECRET,
    slip: keyed((secret) => Buffer.from(secret, 'hex')),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender decodes the secret from base64; it is to be used as it stands.',
    madeBy: BY_HAND,
    sender: 'github',
    secret: BASE64_SECRET,
    slip: keyed((secret) => Buffer.from(secret, 'base64')),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender uses the text of the hex secret as it stands; it is to be decoded.',
    madeBy: BY_HAND,
    sender: 'adyen-banking',
    slip: keyed((secret) => Buffer.from(secret)),
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The sender uses the text of the base64 secret as it stands; it is to be decoded.',
    madeBy: BY_HAND,
    sender: 'airtable',
    slip: keyed((secret) => Buffer.from(secret)),
  },
  {
    cause: 'secret-prefix-kept',
    truth: 'The sender uses the whole text of the secret, whsec_ and all, where the rest is to be decoded.',
    madeBy: BY_HAND,
    sender: 'standard-webhooks',
    slip: keyed((secret) => Buffer.from(secret)),
  },
  {
    cause: 'secret-prefix-cut',
    truth: "whsec_ was cut off the receiver's secret; with this sender it belongs to the key.",
    madeBy: NODE,
    sender: 'stripe',
    held: (secret) => secret.replace('whsec_', ''),
  },
  {
    cause: 'key-revoked',
    truth: "The sender still signs with a key that the receiver's ring holds as revoked.",
    madeBy: NODE,
    sender: 'github',
    held: (secret) => ring(secret, { state: 'revoked' }),
  },
  {
    cause: 'key-ended',
    truth: "The sender still signs with a key of the receiver's ring that ended in 2020.",
    madeBy: NODE,
    sender: 'hmac',
    held: (secret) => ring(secret, { untilMs: Date.UTC(2020, 0, 1) }),
  },
];

const swap = (all: readonly Part[]): readonly Part[] => [...all].reverse();
const withoutTime = (all: readonly Part[]): readonly Part[] => all.filter(({ name }) => name === 'body');
const plain: Slip = { plain: (key, message) => Buffer.concat([key, message]) };

const MESSAGES: readonly Report[] = [
  {
    cause: 'plain-hash-instead-of-hmac',
    truth: 'The sender takes SHA-256 of the secret and the message behind it, which is no HMAC.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: slip(plain),
  },
  {
    cause: 'message-is-body-alone',
    truth: 'The sender sends a timestamp, and signs the body alone.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: parts(withoutTime),
  },
  {
    cause: 'message-without-timestamp',
    truth: 'The sender leaves the timestamp out of the message, and its separator with it.',
    madeBy: BY_HAND,
    sender: 'slack',
    slip: parts((all) => [...all.slice(0, 2), ...all.slice(4)]),
  },
  {
    cause: 'message-separator-wrong',
    truth: 'The sender puts a colon between the time and the body, where a dot belongs.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: separators(':'),
  },
  {
    cause: 'message-separator-wrong',
    truth: 'The sender puts nothing between the time and the body, where a dot belongs.',
    madeBy: BY_HAND,
    sender: 'stripe',
    slip: separators(''),
  },
  {
    cause: 'message-order-wrong',
    truth: 'The sender puts the body first, and the time behind it.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: parts(swap),
  },
];

const URLS: readonly Report[] = [
  {
    cause: 'path-prefix-stripped',
    truth: 'A proxy took /api off the path.',
    madeBy: NODE,
    sender: 'hmac-lines',
    url: `${HOST}/api/orders?id=7`,
    arrives: urlTo('/api/', '/'),
  },
  {
    cause: 'trailing-slash-changed',
    truth: 'A router put a slash behind the path.',
    madeBy: NODE,
    sender: 'hmac-lines',
    url: `${HOST}/orders?id=7`,
    arrives: urlTo('/orders?', '/orders/?'),
  },
  {
    cause: 'method-overridden',
    truth: 'A middleware made PUT of POST.',
    madeBy: NODE,
    sender: 'hmac-lines',
    arrives: (wire) => ({ ...wire, method: 'PUT' }),
  },
  {
    cause: 'query-reordered',
    truth: 'A proxy sorted the parameters of the query.',
    madeBy: NODE,
    sender: 'hmac-lines',
    url: `${HOST}/orders?to=9&from=1&kind=paid`,
    arrives: urlTo('to=9&from=1&kind=paid', 'from=1&kind=paid&to=9'),
  },
  {
    cause: 'path-or-query-spelt-otherwise',
    truth: 'A proxy parsed the query and printed it again: %20 became +.',
    madeBy: PYTHON,
    sender: 'partner',
    url: `${HOST}/orders?name=Zo%C3%AB%20M&id=7`,
    arrives: async (wire) => ({
      ...wire,
      url: (await ask('python', 'url-printed-again', wire.url)).toString(),
    }),
  },
];

const hour = 3_600_000;

const CLOCKS: readonly Report[] = [
  {
    cause: 'milliseconds-for-seconds',
    truth: 'The sender writes the time in milliseconds (Date.now()), where seconds belong.',
    madeBy: BY_HAND,
    sender: 'stripe',
    slip: (_secret, _profile, { at }) => ({ timestamp: String(at + 781) }),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'The time is two hours ahead: local time was taken for UTC.',
    madeBy: BY_HAND,
    sender: 'slack',
    aheadMs: 2 * hour,
  },
  {
    cause: 'arrived-late',
    truth: 'The request waited for an hour.',
    madeBy: BY_HAND,
    sender: 'stripe',
    aheadMs: -3_620_000,
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The time is written as a date, where the scheme has seconds.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: (_secret, _profile, { at }) => ({ timestamp: new Date(at).toISOString() }),
  },
];

const signatureTo =
  (header: string, change: (value: string) => string): Arrives =>
  (wire) =>
    withHeader(wire, header, change(headerOf(wire, header)));

const SIGNATURES: readonly Report[] = [
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64, where hex is expected.',
    madeBy: BY_HAND,
    sender: 'github',
    slip: slip({ form: 'base64' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in hex, where base64 is expected.',
    madeBy: BY_HAND,
    sender: 'standard-webhooks',
    slip: slip({ form: 'hex' }),
  },
  {
    cause: 'signature-in-upper-case',
    truth: 'The signature is in upper-case hex.',
    madeBy: BY_HAND,
    sender: 'stripe',
    slip: slip({ form: 'upper-hex' }),
  },
  {
    cause: 'signature-prefix-missing',
    truth: 'The signature came without sha256= in front.',
    madeBy: BY_HAND,
    sender: 'github',
    slip: slip({ prefix: '' }),
  },
  {
    cause: 'signature-prefix-added',
    truth: 'The signature has sha256= in front, where there is no prefix.',
    madeBy: BY_HAND,
    sender: 'hmac',
    slip: slip({ prefix: 'sha256=' }),
  },
  ...(['sha1', 'sha512'] as const).map(
    (other, i): Report => ({
      cause: 'wrong-hash',
      truth: `The sender uses ${other === 'sha1' ? 'SHA-1' : 'SHA-512'} for its HMAC.`,
      madeBy: BY_HAND,
      sender: i === 0 ? 'hmac' : 'github',
      slip: slip({ hash: other }),
    }),
  ),
  {
    cause: 'signature-cut',
    truth: 'The last two letters of the signature were cut.',
    madeBy: NODE,
    sender: 'hmac',
    arrives: signatureTo('x-signature', (value) => value.slice(0, -2)),
  },
  {
    cause: 'signature-under-another-header-name',
    truth: 'The signature stands in X-Signature, where X-Hub-Signature-256 is read.',
    madeBy: NODE,
    sender: 'github',
    arrives: renamed('x-hub-signature-256', 'X-Signature'),
  },
  {
    cause: 'signature-under-another-header-name',
    truth: 'The signature stands in X-Hub-Signature, where X-Hub-Signature-256 is read.',
    madeBy: NODE,
    sender: 'github',
    arrives: renamed('x-hub-signature-256', 'X-Hub-Signature'),
  },
  {
    cause: 'timestamp-header-missing',
    truth: 'The header of the timestamp did not come.',
    madeBy: NODE,
    sender: 'hmac',
    arrives: (wire) => withHeader(wire, 'x-timestamp', undefined),
  },
  {
    cause: 'timestamp-under-another-header-name',
    truth: 'The timestamp stands in X-Request-Timestamp.',
    madeBy: NODE,
    sender: 'slack',
    arrives: renamed('x-slack-request-timestamp', 'X-Request-Timestamp'),
  },
];

export const FIRST_DAY_SLIPS: readonly Report[] = [
  ...BODIES,
  ...SECRETS,
  ...MESSAGES,
  ...URLS,
  ...CLOCKS,
  ...SIGNATURES,
];
