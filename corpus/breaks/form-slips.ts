/** What goes wrong where a form's fields are signed: Flow Production Tracking's menu items, Twilio. */
import twilio from 'twilio';
import { draw, pick } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Draft, type Wire, withBody, withHeader } from '../base/wire.ts';
import {
  AMI_TOKEN,
  amiFields,
  amiLines,
  amiWire,
  hexMac,
  TWILIO_TOKEN,
  twilioParameters,
  twilioWire,
} from '../senders/body-senders.ts';
import { asItIs, type DirectRow, without } from './direct.ts';

const NODE = versionOf('node');
const PYTHON = versionOf('python');
const PHP = versionOf('php');

type Fields = readonly (readonly [string, string])[];

/** Signs a pick otherwise than the site does. */
const ami =
  (
    message: (fields: Fields) => string,
    sign: (message: string) => string | Promise<string> = (text) => hexMac('sha1', AMI_TOKEN, text),
  ): DirectRow['make'] =>
  async (draft) => {
    const fields = amiFields(draft.id, draft.at);
    return amiWire(draft, fields, await sign(message(fields)));
  };
const right = (fields: Fields): string => amiLines(fields).join('');
const filled = (fields: Fields): Fields => fields.filter(([, value]) => value !== '');
/** The fields that arrive are others than the signed ones. */
const changedFields =
  (change: (fields: Fields) => Fields): DirectRow['make'] =>
  (draft) => {
    const fields = amiFields(draft.id, draft.at);
    return amiWire(draft, change(fields), hexMac('sha1', AMI_TOKEN, right(fields)));
  };
const at =
  (change: (at: number, label: string) => number | Promise<number>): DirectRow['make'] =>
  async (draft, _genuine, label) => {
    const fields = amiFields(draft.id, await change(draft.at, label));
    return amiWire(draft, fields, hexMac('sha1', AMI_TOKEN, right(fields)));
  };
const phpMac =
  (hash: string, form: string) =>
  async (message: string): Promise<string> =>
    (await ask('php', 'hmac-signature', hash, AMI_TOKEN, message, form)).toString();
const by =
  (language: 'python' | 'php', operation: string): DirectRow['make'] =>
  async (_draft, genuine) =>
    withBody(genuine, await ask(language, operation, genuine.body));

export const AMI_SLIPS: readonly DirectRow[] = [
  {
    cause: 'form-lines-joined-otherwise',
    truth: 'The lines are joined by & and not ended by CR LF.',
    madeBy: NODE,
    count: 4,
    make: ami((fields) =>
      amiLines(fields)
        .map((line) => line.trimEnd())
        .join('&'),
    ),
  },
  {
    cause: 'form-lines-joined-otherwise',
    truth: 'The lines end with LF and not with CR LF.',
    madeBy: NODE,
    count: 4,
    make: ami((fields) => right(fields).replaceAll('\r\n', '\n')),
  },
  {
    cause: 'form-lines-joined-otherwise',
    truth: 'The last line lacks its CR LF.',
    madeBy: NODE,
    count: 3,
    make: ami((fields) => right(fields).trimEnd()),
  },
  {
    cause: 'message-order-wrong',
    truth: 'The lines are signed in the order of the form, not sorted.',
    madeBy: NODE,
    count: 4,
    make: ami((fields) =>
      filled(fields)
        .map(([name, value]) => `${name}=${value}\r\n`)
        .join(''),
    ),
  },
  {
    cause: 'sender-signed-encoded-values',
    truth: 'The values are signed as they are percent-encoded in the form.',
    madeBy: NODE,
    count: 4,
    make: ami((fields) => right(fields.map(([name, value]) => [name, encodeURIComponent(value)]))),
  },
  {
    cause: 'message-is-body-alone',
    truth: 'The raw form is signed, and not its sorted lines.',
    madeBy: NODE,
    count: 3,
    make: ami((fields) =>
      new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
    ),
  },
  {
    cause: 'wrong-hash',
    truth: 'The sender uses SHA-256 for its HMAC; the site uses SHA-1.',
    madeBy: PHP,
    count: 4,
    make: ami(right, phpMac('sha256', 'hex')),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64, where hex is expected.',
    madeBy: PHP,
    count: 3,
    make: ami(right, phpMac('sha1', 'base64')),
  },
  {
    cause: 'signature-in-upper-case',
    truth: 'The signature is in upper-case hex.',
    madeBy: PHP,
    count: 3,
    make: ami(right, phpMac('sha1', 'upper-hex')),
  },
  {
    cause: 'signature-prefix-added',
    truth: 'The signature has sha1= in front, as the webhooks of the same site have.',
    madeBy: NODE,
    count: 3,
    make: ami(right, (text) => `sha1=${hexMac('sha1', AMI_TOKEN, text)}`),
  },
  {
    cause: 'message-without-timestamp',
    truth: 'The timestamp is not among the signed lines.',
    madeBy: NODE,
    count: 3,
    make: ami((fields) => right(fields.filter(([name]) => name !== 'timestamp'))),
  },
  {
    cause: 'key-and-message-swapped',
    truth: 'The arguments of the HMAC are swapped: the message is the key.',
    madeBy: PHP,
    count: 2,
    make: ami(right, async (text) =>
      (await ask('php', 'hmac-signature', 'sha1', text, AMI_TOKEN, 'hex')).toString(),
    ),
  },
  {
    cause: 'form-field-added',
    truth: 'A proxy page added a field to the form.',
    madeBy: NODE,
    count: 4,
    make: changedFields((fields) => [...fields, ['utf8', '✓']]),
  },
  {
    cause: 'form-field-lost',
    truth: 'A page that passes the form on left a field out.',
    madeBy: NODE,
    count: 4,
    make: changedFields((fields) => fields.filter(([name]) => name !== 'referrer_path')),
  },
  {
    cause: 'form-values-trimmed',
    truth: 'A middleware cut the values of a list at the first comma.',
    madeBy: NODE,
    count: 2,
    make: changedFields((fields) =>
      fields.map(([name, value]) => [name, name === 'ids' ? (value.split(',')[0] ?? '') : value]),
    ),
  },
  {
    cause: 'utf-8-encoded-twice',
    truth: 'The values, which were UTF-8, were read as ISO-8859-1 and encoded as UTF-8 again.',
    madeBy: NODE,
    count: 3,
    make: changedFields((fields) =>
      fields.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    ),
  },
  {
    cause: 'unicode-normalised',
    truth: 'The values were decomposed (NFD).',
    madeBy: NODE,
    count: 3,
    make: changedFields((fields) => fields.map(([name, value]) => [name, value.normalize('NFD')])),
  },
  {
    cause: 'body-percent-decoded',
    truth: 'urldecode() decoded the whole form before it was parsed.',
    madeBy: PHP,
    count: 3,
    make: by('php', 'urldecode'),
  },
  {
    cause: 'body-format-converted',
    truth: 'A form was signed; what is checked is JSON of its fields.',
    madeBy: PHP,
    count: 3,
    make: async (_draft, genuine) =>
      withHeader(
        withBody(genuine, await ask('php', 'form-to-json', genuine.body)),
        'Content-Type',
        'application/json',
      ),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'The local time is written with a Z behind it.',
    madeBy: PYTHON,
    count: 5,
    make: at(async (ms, label) =>
      Date.parse(
        (
          await ask(
            'python',
            'local-time-as-utc',
            String(ms / 1000),
            pick(label, ['Europe/Berlin', 'Asia/Kolkata', 'America/Vancouver']),
          )
        ).toString(),
      ),
    ),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The site's clock is some seconds ahead.",
    madeBy: NODE,
    count: 4,
    make: at((ms, label) => ms + 9000 + 1000 * draw(label, 30)),
  },
  {
    cause: 'sender-clock-behind',
    truth: "The site's clock is some seconds behind.",
    madeBy: NODE,
    count: 4,
    make: at((ms, label) => ms - 12_000 - 1000 * draw(label, 40)),
  },
  {
    cause: 'arrived-late',
    truth: 'The page was loaded again minutes after the pick.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    now: ({ at: ms }, label) => ms / 1000 + 60 + draw(label, 900),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The time is written in Unix seconds, where the scheme has a date.',
    madeBy: NODE,
    count: 3,
    make: (draft) => {
      const fields = amiFields(draft.id, draft.at).map(
        ([name, value]) => [name, name === 'timestamp' ? String(draft.at / 1000) : value] as const,
      );
      return amiWire(draft, fields, hexMac('sha1', AMI_TOKEN, right(fields)));
    },
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret has a line end behind it.",
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: `${AMI_TOKEN}\n` }],
  },
  {
    cause: 'secret-in-quotes',
    truth: "The receiver's secret stands in quotes.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [{ secret: `"${AMI_TOKEN}"` }],
  },
  {
    cause: 'key-revoked',
    truth: "The site signs with a key that the receiver's ring holds as revoked.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [
      { id: 'new', secret: 'another secret of the ring, which is active' },
      { id: 'old', secret: AMI_TOKEN, state: 'revoked' },
    ],
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of another menu item.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: 'the secret of another menu item' }],
  },
];

const signed =
  (
    url: (draft: Draft) => string,
    parameters: (body: Buffer) => Record<string, string> = twilioParameters,
  ): DirectRow['make'] =>
  (draft) => {
    const address = url(draft);
    return twilioWire(
      draft,
      twilio.getExpectedTwilioSignature(TWILIO_TOKEN, address, parameters(draft.body)),
    );
  };
const same = ({ url }: Draft): string => url;
const changedUrl =
  (change: (url: string) => string): DirectRow['make'] =>
  (_draft, genuine) => {
    const url = change(genuine.url);
    return url === genuine.url ? undefined : { ...withHeader(genuine, 'Host', new URL(url).host), url };
  };
/** Twilio's message, put together by hand. */
const byHand =
  (
    message: (draft: Draft, parameters: readonly (readonly [string, string])[]) => string,
    form = 'base64',
    hash = 'sha1',
  ): DirectRow['make'] =>
  async (draft): Promise<Wire> => {
    const parameters = Object.entries(twilioParameters(draft.body));
    const signature = await ask(
      'php',
      'hmac-signature',
      hash,
      TWILIO_TOKEN,
      message(draft, parameters),
      form,
    );
    return twilioWire(draft, signature.toString());
  };
const sorted = (parameters: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] =>
  [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
const joined = (parameters: readonly (readonly [string, string])[]): string => parameters.flat().join('');

export const TWILIO_SLIPS: readonly DirectRow[] = [
  {
    cause: 'tls-ended-at-proxy',
    truth: 'TLS ends at a proxy: the receiver takes its URL for http://, Twilio signed https://.',
    madeBy: versionOf('twilio'),
    count: 6,
    make: changedUrl((url) => url.replace('https:', 'http:')),
  },
  {
    cause: 'host-changed-by-proxy',
    truth: 'A proxy put its own name for the receiver into Host; Twilio signed the public one.',
    madeBy: versionOf('twilio'),
    count: 5,
    make: changedUrl((url) => url.replace('sms.acme.example', '10.0.0.5:8080')),
  },
  {
    cause: 'path-prefix-stripped',
    truth: 'A proxy took /twilio off the path.',
    madeBy: versionOf('twilio'),
    count: 4,
    make: changedUrl((url) => url.replace('/twilio', '')),
  },
  {
    cause: 'query-lost',
    truth: 'The query did not reach the receiver.',
    madeBy: versionOf('twilio'),
    count: 4,
    make: changedUrl((url) => url.split('?')[0] ?? ''),
  },
  {
    cause: 'path-or-query-spelt-otherwise',
    truth: 'A router decoded the query of the URL.',
    madeBy: versionOf('twilio'),
    count: 3,
    make: changedUrl((url) => url.replace('%20', '+')),
  },
  {
    cause: 'trailing-slash-changed',
    truth: 'The receiver knows its path with a slash behind it.',
    madeBy: versionOf('twilio'),
    count: 3,
    make: changedUrl((url) => url.replace(/\/(sms|voice|status)(?=\?|$)/, '/$1/')),
  },
  {
    cause: 'sender-signed-slash-at-end',
    truth: "The address on the sender's side ends with a slash; the request came without.",
    madeBy: versionOf('twilio'),
    count: 3,
    make: signed(({ url }) => (url.includes('?') ? url.replace('?', '/?') : `${url}/`)),
  },
  {
    cause: 'sender-signed-another-host',
    truth: "A tunnel's host stands in the sender's settings.",
    madeBy: versionOf('twilio'),
    count: 3,
    make: signed(({ url }) => url.replace('sms.acme.example', '7f3a.tunnel.example')),
  },
  {
    cause: 'form-left-out-of-message',
    truth: 'The URL alone was signed, and not the fields of the form.',
    madeBy: versionOf('twilio'),
    count: 4,
    make: signed(same, () => ({})),
  },
  {
    cause: 'message-order-wrong',
    truth: 'The fields were signed in the order of the form, not sorted.',
    madeBy: PHP,
    count: 4,
    make: byHand(({ url }, parameters) => url + joined([...sorted(parameters)].reverse())),
  },
  {
    cause: 'form-lines-joined-otherwise',
    truth: 'The fields were signed as name=value with & between them.',
    madeBy: PHP,
    count: 4,
    make: byHand(
      ({ url }, parameters) =>
        url +
        sorted(parameters)
          .map(([name, value]) => `${name}=${value}`)
          .join('&'),
    ),
  },
  {
    cause: 'sender-signed-encoded-values',
    truth: 'The values were signed as they are percent-encoded in the form.',
    madeBy: PHP,
    count: 4,
    make: byHand(
      ({ url }, parameters) =>
        url + joined(sorted(parameters).map(([name, value]) => [name, encodeURIComponent(value)])),
    ),
  },
  {
    cause: 'message-is-body-alone',
    truth: 'The raw form was signed, without the URL.',
    madeBy: PHP,
    count: 3,
    make: byHand(({ body }) => body.toString()),
  },
  {
    cause: 'wrong-hash',
    truth: 'SHA-256 was used for the HMAC; Twilio uses SHA-1.',
    madeBy: PHP,
    count: 3,
    make: byHand(({ url }, parameters) => url + joined(sorted(parameters)), 'base64', 'sha256'),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in hex, where base64 is expected.',
    madeBy: PHP,
    count: 3,
    make: byHand(({ url }, parameters) => url + joined(sorted(parameters)), 'hex'),
  },
  {
    cause: 'signature-base64-of-hex',
    truth: "The signature's hex text was encoded in base64.",
    madeBy: PHP,
    count: 3,
    make: byHand(({ url }, parameters) => url + joined(sorted(parameters)), 'base64-of-hex'),
  },
  {
    cause: 'form-field-lost',
    truth: 'A framework dropped empty fields of the form.',
    madeBy: PYTHON,
    count: 2,
    make: async (_draft, genuine) =>
      withBody(genuine, Buffer.from(genuine.body.toString().replace('&NumMedia=0', ''))),
  },
  {
    cause: 'form-field-added',
    truth: 'A middleware added a field to the form.',
    madeBy: NODE,
    count: 3,
    make: (_draft, genuine) => withBody(genuine, Buffer.concat([genuine.body, Buffer.from('&tenant=acme')])),
  },
  {
    cause: 'unicode-normalised',
    truth: 'The values were decomposed (NFD).',
    madeBy: NODE,
    count: 2,
    make: (_draft, genuine) => {
      const body = Buffer.from(
        new URLSearchParams(
          Object.entries(twilioParameters(genuine.body)).map(([name, value]): [string, string] => [
            name,
            value.normalize('NFD'),
          ]),
        ).toString(),
      );
      return body.equals(genuine.body) ? undefined : withBody(genuine, body);
    },
  },
  {
    cause: 'api-key-instead-of-webhook-secret',
    truth: 'The receiver has the account’s id, or the secret of an API key, in place of the auth token.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    keys: (label) => [{ secret: pick(label, ['AC-not-a-real-account-id', 'SK-not-a-real-api-key']) }],
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the auth token of a subaccount.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: 'the auth token of a subaccount' }],
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret has a line end behind it.",
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: `${TWILIO_TOKEN}\n` }],
  },
  {
    cause: 'signature-header-missing',
    truth: 'The request came without its signature.',
    madeBy: NODE,
    count: 2,
    make: without('X-Twilio-Signature'),
  },
];

export const TWILIO_JSON_SLIPS: readonly DirectRow[] = [
  {
    cause: 'query-lost',
    truth: "The query, which has the body's digest, did not reach the receiver.",
    madeBy: versionOf('twilio'),
    count: 3,
    make: changedUrl((url) => url.split('?')[0] ?? ''),
  },
  {
    cause: 'tls-ended-at-proxy',
    truth: 'TLS ends at a proxy: the receiver takes its URL for http://, Twilio signed https://.',
    madeBy: versionOf('twilio'),
    count: 3,
    make: changedUrl((url) => url.replace('https:', 'http:')),
  },
];
