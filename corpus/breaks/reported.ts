/** What public bug reports of webhook libraries, proxies and frameworks describe, each with the sender and the body that it is about. */
import { word } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, headerOf, type Wire, withBody, withHeader } from '../base/wire.ts';
import { HEADER_SENDERS, PROFILES } from '../senders/all.ts';
import { ami, flowent, twilioJson, twilioSender } from '../senders/body-senders.ts';
import { ed25519Pair, rawPublicOf } from '../senders/key-pairs.ts';
import { messageEd, messageHmac } from '../senders/message-signatures.ts';
import { REPORTED_PROFILES } from '../senders/reported-profiles.ts';
import { asItIs, casesOfSender, type DirectRow } from './direct.ts';
import { FIRST_DAY_SLIPS } from './first-day-slips.ts';
import { type Arrives, casesOfReports, type Report } from './report.ts';
import { reportedTokenCases } from './reported-tokens.ts';

const NODE = versionOf('node');
const PYTHON = versionOf('python');
const BY_HAND = `${NODE}, a sender written by hand`;

const INDENTED = `{
  "id": "evt_${word('reported event', 14)}",
  "object": "event",
  "data": {
    "object": {
      "id": "pi_${word('reported payment', 14)}",
      "amount": 2000,
      "description": "Café – 2 × crème"
    }
  },
  "livemode": false
}`;
const ASCII = `{"order":"${word('reported order', 8)}","note":"Café","lines":["a","b"]}`;
const BOX = `{"type":"webhook_event","webhook":{"id":"${word('reported hook', 10)}"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"Test.txt"}}`;
/** As the mail service posts its events: a line end behind each, CR LF. */
const MAILS = `[{"email":"anna@mail.example","event":"processed","sg_event_id":"${word('reported mail 1', 22)}","timestamp":1772700000},\r\n{"email":"zoe@mail.example","event":"delivered","sg_event_id":"${word('reported mail 2', 22)}","timestamp":1772700001}]\r\n`;
const MAIL = `[{"email":"anna@mail.example","event":"open","sg_event_id":"${word('reported mail 3', 22)}","timestamp":1772700002}]\r\n`;
const DICT = '{"z": 1, "a": {"b": "\\u00fc", "f": 1.0}}';
const HOOKS = 'https://hooks.acme.example';

const compact = (body: Buffer): Buffer => Buffer.from(JSON.stringify(JSON.parse(body.toString())));
const bodyTo =
  (change: (body: Buffer) => Buffer | Promise<Buffer>): Arrives =>
  async (wire) =>
    withBody(wire, await change(wire.body));
const byPython =
  (operation: string) =>
  (body: Buffer): Promise<Buffer> =>
    ask('python', operation, body);
const trimmed = (body: Buffer): Buffer => Buffer.from(body.toString().trimEnd());

const PRINTED_AGAIN: readonly Report[] = [
  ...(
    [
      ['stripe', INDENTED],
      ['shopify', INDENTED],
      ['flow-production-tracking-webhook', DICT.replace('1.0', '1.5')],
      ['adcp', INDENTED],
      ['sendgrid', MAILS],
    ] as const
  ).map(
    ([sender, body]): Report => ({
      cause: 'body-parsed-and-printed-again',
      truth: 'A body parser read the body, and JSON.stringify(req.body) is checked.',
      madeBy: NODE,
      sender,
      body,
      arrives: bodyTo(compact),
    }),
  ),
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'The body was read as JSON and printed again by json.dumps, with blanks behind commas and colons.',
    madeBy: PYTHON,
    sender: 'box',
    body: BOX,
    arrives: bodyTo(byPython('json')),
  },
  {
    cause: 'body-became-object-object',
    truth: 'A body parser made an object of the body, and String(req.body) is checked.',
    madeBy: NODE,
    sender: 'svix',
    body: ASCII,
    arrives: bodyTo((body) => Buffer.from(String(JSON.parse(body.toString())))),
  },
  {
    cause: 'body-as-buffer-json',
    truth: 'The body, a Buffer, went through JSON: {"type":"Buffer","data":[…]}.',
    madeBy: NODE,
    sender: 'netalertx',
    body: ASCII,
    arrives: bodyTo((body) => Buffer.from(JSON.stringify(body))),
  },
  {
    cause: 'body-left-in-base64',
    truth: "The body of a function's event, isBase64Encoded, was taken as it stands, and nobody decoded it.",
    madeBy: PYTHON,
    sender: 'stripe',
    body: INDENTED,
    arrives: bodyTo(byPython('base64')),
  },
  {
    cause: 'body-in-envelope',
    truth:
      'A function took its whole event for the body: the sent body stands in its member body, in base64.',
    madeBy: PYTHON,
    sender: 'github',
    body: ASCII,
    arrives: async (wire) =>
      withBody(
        wire,
        await ask('python', 'lambda-event', wire.body, headerOf(wire, 'content-type'), wire.url),
      ),
  },
  {
    cause: 'byte-order-mark-lost',
    truth: 'The body began with a byte order mark, which decoding it to text took off.',
    madeBy: NODE,
    sender: 'netalertx',
    body: `\ufeff${ASCII}`,
    arrives: bodyTo((body) => Buffer.from(new TextDecoder().decode(body))),
  },
  {
    cause: 'charset-changed',
    truth: 'The body was converted from UTF-8 to ISO-8859-1.',
    madeBy: NODE,
    sender: 'xero',
    body: ASCII,
    arrives: bodyTo((body) => Buffer.from(body.toString(), 'latin1')),
  },
  {
    cause: 'line-ends-changed',
    truth: 'Each CR LF of the body became LF.',
    madeBy: PYTHON,
    sender: 'stripe',
    body: INDENTED.replaceAll('\n', '\r\n'),
    arrives: bodyTo(byPython('universal-newlines')),
  },
  ...[MAILS, MAIL].map(
    (body): Report => ({
      cause: 'final-newline-lost',
      truth: 'The body ended with CR LF, which is signed; it was taken off.',
      madeBy: NODE,
      sender: 'sendgrid',
      body,
      arrives: bodyTo(trimmed),
    }),
  ),
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'JSON.stringify(req.body) of a body that ended with CR LF.',
    madeBy: NODE,
    sender: 'sendgrid',
    body: MAIL,
    arrives: bodyTo(compact),
  },
  {
    cause: 'line-ends-changed',
    truth: 'Each CR LF of the body became LF, the one at its end too.',
    madeBy: PYTHON,
    sender: 'sendgrid',
    body: MAILS,
    arrives: bodyTo(byPython('universal-newlines')),
  },
];

const anotherPrint = (sender: string, operation: string, print: string, body = DICT): Report => ({
  cause: 'sender-signed-another-print',
  truth: `The sender signed json.dumps(${print}), and its client sent another print of the same dict.`,
  madeBy: PYTHON,
  sender,
  body,
  signedBody: byPython(operation),
});

const PRINTS: readonly Report[] = [
  anotherPrint('netalertx', 'json-compact', 'separators=(",", ":")'),
  anotherPrint('netalertx', 'json-sorted-compact', 'sort_keys=True, separators=(",", ":")'),
  anotherPrint('netalertx', 'json-unicode', 'ensure_ascii=False'),
  anotherPrint('adcp', 'json-sorted', 'sort_keys=True'),
  anotherPrint('adcp', 'json', 'payload', '{"z":1,"a":{"b":"x","f":1.5}}'),
  {
    cause: 'sender-signed-another-print',
    truth: 'The sender signed JSON.stringify of the event, and sent it indented.',
    madeBy: NODE,
    sender: 'zoom',
    body: INDENTED,
    signedBody: compact,
  },
];

const SECRETS: readonly Report[] = [
  ...(
    [
      [
        'secret-with-line-end',
        'has a line end behind it, as $(cat) of a file in another program kept it',
        (s: string) => `${s}\n`,
      ],
      [
        'secret-with-line-end',
        'has two line ends behind it: the file ends with an empty line',
        (s: string) => `${s}\n\n`,
      ],
      [
        'secret-with-line-end',
        'has CR LF behind it: its file was written on Windows',
        (s: string) => `${s}\r\n`,
      ],
      ['secret-with-blanks', 'has a blank in front', (s: string) => ` ${s}`],
      ['secret-in-quotes', 'stands in quotes, as in the file of its environment', (s: string) => `"${s}"`],
      [
        'secret-in-quotes',
        'stands in single quotes, as in the file of its environment',
        (s: string) => `'${s}'`,
      ],
    ] as const
  ).map(
    ([cause, what, change]): Report => ({
      cause,
      truth: `The receiver's secret ${what}.`,
      madeBy: NODE,
      sender: 'github',
      held: change,
    }),
  ),
  {
    cause: 'api-key-instead-of-webhook-secret',
    truth: "The receiver has the shop's access token where the webhook's secret belongs.",
    madeBy: NODE,
    sender: 'shopify',
    held: () => 'shpat_not_a_real_token_of_a_report',
  },
  {
    cause: 'wrong-public-key',
    truth: "The receiver has another application's public key.",
    madeBy: NODE,
    sender: 'discord',
    held: () => rawPublicOf(ed25519Pair('reported').publicKey).toString('hex'),
  },
];

const urlTo =
  (from: string, to: string): Arrives =>
  (wire): Wire => ({ ...wire, url: wire.url.replace(from, to) });
const behind =
  (host: string, scheme = 'https'): Arrives =>
  (wire): Wire => {
    const { host: outer } = new URL(wire.url);
    const changed = { ...wire, url: wire.url.replace(`https://${outer}`, `${scheme}://${host}`) };
    return {
      ...withHeader(changed, 'host', host),
      headers: [
        ...withHeader(changed, 'host', host).headers,
        ['X-Forwarded-Host', outer],
        ['X-Forwarded-Proto', 'https'],
      ],
    };
  };

const URLS: readonly Report[] = [
  {
    cause: 'slashes-merged',
    truth: 'A proxy merged the two slashes of the path, both of which are signed.',
    madeBy: NODE,
    sender: 'hmac-lines',
    url: `${HOOKS}/p//a`,
    arrives: urlTo('/p//a', '/p/a'),
  },
  {
    cause: 'path-or-query-spelt-otherwise',
    truth: 'A proxy decoded %2F of the path to a slash.',
    madeBy: NODE,
    sender: 'hmac-url',
    url: `${HOOKS}/files/a%2Fb`,
    arrives: urlTo('a%2Fb', 'a/b'),
  },
  {
    cause: 'path-or-query-spelt-otherwise',
    truth: 'The sender signed path and query before its client encoded them.',
    madeBy: BY_HAND,
    sender: 'hmac-lines',
    url: `${HOOKS}/files/my%20notes.md?q=a+b`,
    slip: () => ({
      parts: (all) =>
        all.map((item) =>
          item.name === 'path'
            ? { ...item, value: '/files/my notes.md' }
            : item.name === 'query'
              ? { ...item, value: 'q=a b' }
              : item,
        ),
    }),
  },
  {
    cause: 'host-changed-by-proxy',
    truth: 'The receiver takes the Host that its proxy sends; the public one stands in X-Forwarded-Host.',
    madeBy: NODE,
    sender: 'hmac-url',
    url: `${HOOKS}/u/x?a=1`,
    arrives: behind('10.0.0.5:8080'),
  },
  {
    cause: 'tls-ended-at-proxy',
    truth: 'TLS ends at a proxy: the receiver takes its URL for http://, and https:// was signed.',
    madeBy: NODE,
    sender: 'square',
    url: `${HOOKS}/square?location=L1`,
    arrives: behind('hooks.acme.example', 'http'),
  },
];

const SIGNATURES: readonly Report[] = [
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in hex, where base64 is expected.',
    madeBy: BY_HAND,
    sender: 'shopify',
    slip: () => ({ form: 'hex' }),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64, where hex is expected.',
    madeBy: BY_HAND,
    sender: 'halopsa',
    slip: () => ({ form: 'base64' }),
  },
  {
    cause: 'signature-blank-behind-prefix',
    truth: 'A blank stands between sha256= and the signature.',
    madeBy: BY_HAND,
    sender: 'halopsa',
    slip: () => ({ prefix: 'sha256= ' }),
  },
  {
    cause: 'signature-under-another-header-name',
    truth: 'The sender writes svix-id, svix-timestamp and svix-signature; the receiver reads webhook-*.',
    madeBy: NODE,
    sender: 'standard-webhooks',
    arrives: (wire) => ({
      ...wire,
      headers: wire.headers.map(([name, value]) => [name.replace(/^webhook-/, 'svix-'), value]),
    }),
  },
  {
    cause: 'only-the-old-signature-came',
    truth: 'An older server of the sender sends X-Hub-Signature with SHA-1 alone.',
    madeBy: BY_HAND,
    sender: 'github',
    slip: () => ({ hash: 'sha1', prefix: 'sha1=' }),
    arrives: (wire) => ({
      ...wire,
      headers: wire.headers.map(([name, value]) => [
        name.replace('X-Hub-Signature-256', 'X-Hub-Signature'),
        value,
      ]),
    }),
  },
  {
    cause: 'signature-cut',
    truth: 'Only the first letters of the signature came, v1=abcd.',
    madeBy: NODE,
    sender: 'stripe',
    arrives: (wire) =>
      withHeader(wire, 'stripe-signature', headerOf(wire, 'stripe-signature').replace(/(v1=.{4}).*/, '$1')),
  },
  {
    cause: 'signature-header-sent-twice',
    truth: 'The header of the signature stands there twice.',
    madeBy: NODE,
    sender: 'hmac',
    arrives: (wire) => ({
      ...wire,
      headers: [...wire.headers, ['X-Signature', headerOf(wire, 'x-signature')]],
    }),
  },
  {
    cause: 'message-without-timestamp',
    truth: 'The sender leaves the delivery timestamp out of the message.',
    madeBy: BY_HAND,
    sender: 'box',
    body: BOX,
    slip: () => ({ parts: (all) => all.slice(0, 1) }),
  },
  {
    cause: 'message-order-wrong',
    truth: 'The sender puts the timestamp before the body, where it belongs behind it.',
    madeBy: BY_HAND,
    sender: 'box',
    body: BOX,
    slip: () => ({ parts: (all) => [...all].reverse() }),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The receiver's clock is a week behind, or the sender's is ahead.",
    madeBy: BY_HAND,
    sender: 'slack',
    aheadMs: 604_817_000,
  },
  {
    cause: 'arrived-late',
    truth: 'A request that was captured days ago was sent again for a test.',
    madeBy: BY_HAND,
    sender: 'svix',
    aheadMs: -3.1 * 86_400_000,
  },
];

function direct(
  cause: string,
  truth: string,
  make: DirectRow['make'],
  more: Partial<DirectRow> = {},
): DirectRow {
  return { cause, truth, madeBy: NODE, count: 1, make, ...more };
}
const way =
  (change: (wire: Wire) => Wire | Promise<Wire> | undefined): DirectRow['make'] =>
  (_draft, wire) =>
    change(wire);
const onWay =
  (change: Arrives): DirectRow['make'] =>
  (draft, wire) =>
    change(wire, draft);

const TWILIO: readonly DirectRow[] = [
  direct(
    'host-changed-by-proxy',
    'The application takes the Host that its proxy sends; Twilio signed the public one.',
    onWay(behind('10.0.0.5:8080')),
  ),
  direct(
    'tls-ended-at-proxy',
    'TLS ends at a proxy, and the application takes its URL for http://.',
    onWay(behind('sms.acme.example', 'http')),
  ),
  direct(
    'path-prefix-stripped',
    'A proxy took /twilio off the path.',
    way((wire) => ({ ...wire, url: wire.url.replace('/twilio/', '/') })),
  ),
  direct('wrong-secret', 'The receiver has the token of a subaccount.', asItIs, {
    keys: () => [{ secret: word('reported subaccount', 32).toLowerCase() }],
  }),
];

const TWILIO_JSON: readonly DirectRow[] = [
  direct(
    'body-parsed-and-printed-again',
    'The body was read as JSON and printed again by json.dumps; bodySHA256 is of the sent one.',
    way(async (wire) => withBody(wire, await ask('python', 'json-tool', wire.body))),
    { madeBy: PYTHON },
  ),
];

const MESSAGE_HMAC: readonly DirectRow[] = [
  direct(
    'host-changed-by-proxy',
    'The receiver knows itself as http://10.0.0.5:8080/internal behind its proxy; @target-uri is the public URL.',
    onWay(async (wire, draft) => {
      const changed = await behind('10.0.0.5:8080', 'http')(wire, draft);
      return { ...changed, url: changed.url.replace(':8080/', ':8080/internal/') };
    }),
  ),
  direct(
    'members-changed-by-middleware',
    'A middleware added a member to the body, whose Content-Digest is of the sent one.',
    way(async (wire) => withBody(wire, await ask('python', 'add-member', wire.body, 'received', 'true'))),
    { madeBy: PYTHON },
  ),
];

const MESSAGE_ED: readonly DirectRow[] = [
  direct(
    'body-parsed-and-printed-again',
    'A body parser read the body, and it was printed again, indented; Content-Digest is of the sent one.',
    way((wire) =>
      withBody(wire, Buffer.from(JSON.stringify(JSON.parse(wire.body.toString()), undefined, 3))),
    ),
  ),
];

const FLOWENT: readonly DirectRow[] = [
  direct(
    'members-changed-by-middleware',
    'A step between wrote another value into a parameter after the call was signed.',
    way((wire) => {
      const body = wire.body.toString();
      const changed = body.replace('x@mail.example', 'y@mail.example').replace('"metric"', '"imperial"');
      return changed === body ? undefined : withBody(wire, Buffer.from(changed));
    }),
  ),
];

const AMI: readonly DirectRow[] = [
  direct('arrived-late', 'The pick came 12 s after it was signed; 10 s are allowed.', asItIs, {
    now: ({ at }) => at / 1000 + 12,
  }),
];

const HEADER: readonly DirectRow[] = [
  direct(
    'signed-header-missing',
    'A proxy left out X-Request-Id, which is signed.',
    way((wire) => withHeader(wire, 'x-request-id', undefined)),
  ),
];

export async function reportedCases(): Promise<readonly Case[]> {
  const profiles = [...PROFILES, ...REPORTED_PROFILES];
  const reports = [...PRINTED_AGAIN, ...PRINTS, ...SECRETS, ...URLS, ...SIGNATURES];
  const [requestId] = HEADER_SENDERS;
  return [
    ...(await casesOfReports('first-day', FIRST_DAY_SLIPS, profiles)),
    ...(await casesOfReports('reported', reports, profiles)),
    ...(await casesOfSender(twilioSender, TWILIO)),
    ...(await casesOfSender(twilioJson, TWILIO_JSON)),
    ...(await casesOfSender(messageHmac, MESSAGE_HMAC)),
    ...(await casesOfSender(messageEd, MESSAGE_ED)),
    ...(await casesOfSender(flowent, FLOWENT)),
    ...(await casesOfSender(ami, AMI)),
    ...(requestId ? await casesOfSender(requestId, HEADER) : []),
    ...(await reportedTokenCases()),
  ];
}
