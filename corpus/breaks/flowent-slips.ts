/** What goes wrong where the signature is a member of the JSON that it signs: Flowent. */
import { draw } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Draft, withBody } from '../base/wire.ts';
import { FLOWENT_KEY, flowentWire, hexMac } from '../senders/body-senders.ts';
import { asItIs, type DirectRow } from './direct.ts';

const NODE = versionOf('node');
const PYTHON = versionOf('python');
const PHP = versionOf('php');

/** Signs something else than the compact document. */
const over =
  (message: (text: string, draft: Draft) => string | Promise<string>): DirectRow['make'] =>
  async (draft) => {
    const text = draft.body.toString();
    const signed = await message(text, draft);
    return signed === text ? undefined : flowentWire(draft, hexMac('sha256', FLOWENT_KEY, signed));
  };
const spelt =
  (form: string, hash = 'sha256'): DirectRow['make'] =>
  async (draft) =>
    flowentWire(draft, (await ask('php', 'hmac-signature', hash, FLOWENT_KEY, draft.body, form)).toString());
const withTime =
  (
    change: (seconds: number, label: string) => number | string | Promise<number | string>,
  ): DirectRow['make'] =>
  async (draft, _genuine, label) => {
    const seconds = draft.at / 1000;
    const body = Buffer.from(
      draft.body.toString().replace(`"timestamp":${seconds}`, `"timestamp":${await change(seconds, label)}`),
    );
    return flowentWire({ ...draft, body }, hexMac('sha256', FLOWENT_KEY, body));
  };
const reprinted =
  (language: 'python' | 'php' | 'go' | 'ruby', operation: string): DirectRow['make'] =>
  async (_draft, genuine) =>
    withBody(genuine, await ask(language, operation, genuine.body));
const printedBy = (language: 'python' | 'php' | 'go' | 'ruby', operation: string) =>
  over(async (text) => (await ask(language, operation, text)).toString());

export const FLOWENT_SLIPS: readonly DirectRow[] = [
  {
    cause: 'signature-member-signed-too',
    truth: 'The document was signed with "signature": "" in it.',
    madeBy: NODE,
    count: 5,
    make: over((text) => text.replace(/\}$/, ',"signature":""}')),
  },
  {
    cause: 'message-is-parameters-alone',
    truth: 'The parameters alone were signed.',
    madeBy: NODE,
    count: 4,
    make: over((text) => JSON.stringify((JSON.parse(text) as { parameters: unknown }).parameters)),
  },
  {
    cause: 'message-without-timestamp',
    truth: 'The timestamp was put in after the document was signed.',
    madeBy: NODE,
    count: 4,
    make: over((text) => text.replace(/,"timestamp":\d+/, '')),
  },
  {
    cause: 'sender-signed-another-print',
    truth: 'The sender signed json.dumps with its blanks, and sent compact JSON.',
    madeBy: PYTHON,
    count: 4,
    make: printedBy('python', 'json'),
  },
  {
    cause: 'sender-signed-another-print',
    truth: 'The sender signed json_encode with escaped slashes, and sent them bare.',
    madeBy: PHP,
    count: 3,
    make: printedBy('php', 'json'),
  },
  {
    cause: 'sender-signed-another-print',
    truth: 'The sender signed sorted compact JSON, and sent another order.',
    madeBy: PYTHON,
    count: 3,
    make: printedBy('python', 'json-sorted-compact'),
  },
  {
    cause: 'sender-signed-another-print',
    truth: 'The sender signed an indented print, and sent compact JSON.',
    madeBy: versionOf('ruby'),
    count: 3,
    make: printedBy('ruby', 'json-pretty'),
  },
  {
    cause: 'message-ends-with-newline',
    truth: 'The signed document has a line end behind it.',
    madeBy: versionOf('go'),
    count: 3,
    make: over((text) => `${text}\n`),
  },
  {
    cause: 'body-parsed-and-printed-again',
    truth: 'The body was read and printed again with escaped slashes.',
    madeBy: PHP,
    count: 3,
    make: reprinted('php', 'json'),
  },
  {
    cause: 'members-changed-by-middleware',
    truth: 'A middleware added a member, received_at.',
    madeBy: PYTHON,
    count: 4,
    make: async (_draft, genuine) =>
      withBody(
        genuine,
        await ask('python', 'add-member', genuine.body, 'received_at', '"2026-03-05T09:30:01Z"'),
      ),
  },
  {
    cause: 'utf-8-encoded-twice',
    truth: 'The bytes, which were UTF-8, were read as ISO-8859-1 and encoded as UTF-8 again.',
    madeBy: PHP,
    count: 3,
    make: reprinted('php', 'utf8-encode'),
  },
  {
    cause: 'wrong-hash',
    truth: 'The sender uses SHA-1 for its HMAC.',
    madeBy: PHP,
    count: 3,
    make: spelt('hex', 'sha1'),
  },
  {
    cause: 'signature-in-another-encoding',
    truth: 'The signature is in base64, where hex is expected.',
    madeBy: PHP,
    count: 3,
    make: spelt('base64'),
  },
  {
    cause: 'signature-in-upper-case',
    truth: 'The signature is in upper-case hex.',
    madeBy: PHP,
    count: 2,
    make: spelt('upper-hex'),
  },
  {
    cause: 'signature-prefix-added',
    truth: 'The signature has sha256= in front.',
    madeBy: NODE,
    count: 3,
    make: (draft) => flowentWire(draft, `sha256=${hexMac('sha256', FLOWENT_KEY, draft.body)}`),
  },
  {
    cause: 'signature-cut',
    truth: 'The signature was cut to 32 letters.',
    madeBy: NODE,
    count: 2,
    make: (draft) => flowentWire(draft, hexMac('sha256', FLOWENT_KEY, draft.body).slice(0, 32)),
  },
  {
    cause: 'key-and-message-swapped',
    truth: 'The arguments of the HMAC are swapped: the message is the key.',
    madeBy: NODE,
    count: 3,
    make: (draft) => flowentWire(draft, hexMac('sha256', draft.body, FLOWENT_KEY)),
  },
  {
    cause: 'signature-header-missing',
    truth: 'The body has no member signature.',
    madeBy: NODE,
    count: 2,
    make: (draft, genuine) => withBody(genuine, draft.body),
  },
  {
    cause: 'milliseconds-for-seconds',
    truth: 'The timestamp is in milliseconds.',
    madeBy: NODE,
    count: 4,
    make: withTime((seconds) => seconds * 1000),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The timestamp is a text with a date.',
    madeBy: PYTHON,
    count: 3,
    make: withTime(async (seconds) => `"${await ask('python', 'iso-time', String(seconds))}"`),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'datetime.utcnow().timestamp() on a machine that is not on UTC: the time is off by its zone.',
    madeBy: PYTHON,
    count: 4,
    make: withTime(async (seconds) =>
      (await ask('python', 'naive-timestamp', String(seconds), 'Europe/Berlin')).toString(),
    ),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The sender's clock is ahead.",
    madeBy: NODE,
    count: 3,
    make: withTime((seconds, label) => seconds + 400 + draw(label, 2000)),
  },
  {
    cause: 'arrived-late',
    truth: 'The call waited in a queue.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    now: ({ at }, label) => at / 1000 + 400 + draw(label, 9000),
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret has a line end behind it.",
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: `${FLOWENT_KEY}\n` }],
  },
  {
    cause: 'secret-in-quotes',
    truth: "The receiver's secret stands in quotes.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [{ secret: `"${FLOWENT_KEY}"` }],
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The receiver decodes the secret from base64; the sender uses it as it stands.',
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [{ secret: FLOWENT_KEY, encoding: 'base64' }],
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the key of another tenant.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    keys: () => [{ secret: 'the key of another tenant of the platform' }],
  },
  {
    cause: 'key-ended',
    truth: "The sender signs with a key of the receiver's ring whose time is over.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: (_label, { at }) => [
      { id: 'new', secret: 'another secret of the ring, which is active' },
      { id: 'old', secret: FLOWENT_KEY, untilMs: at - 86_400_000 },
    ],
  },
];
