/** Where libraries of webhooks judge otherwise, and why. */
import { isUtf8 } from 'node:buffer';
import { type Disagreement, isRefused, isRepeated, type Rule } from './disagreement.ts';

const WEBHOOKS = ['standardwebhooks', 'svix'];
const AS_TEXT = ['stripe', 'octokit', 'bolt', ...WEBHOOKS, 'twilio'];

const SIGNATURE: Readonly<Record<string, string>> = {
  stripe: 'stripe-signature',
  slack: 'x-slack-signature',
  'standard-webhooks': 'webhook-signature',
};

export const WEBHOOK_RULES: readonly Rule[] = [
  {
    peers: ['stripe', 'bolt'],
    theirs: 'accept',
    applies: (d) => Number(timeOf(d)) > Date.now() / 1000 + 299,
    kind: 'weakness',
    reason:
      'only an old time is refused: one that is signed ahead, or in milliseconds, is good for as long, and its copies too',
  },
  {
    peers: ['stripe'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'malformed-timestamp') && Number.isNaN(Number.parseInt(timeOf(d), 10)),
    kind: 'weakness',
    reason: 'a time that is no number is never too old',
  },
  {
    peers: ['stripe'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'signature-mismatch') && hasBom(d),
    kind: 'weakness',
    reason: 'a byte order mark that was put before the body is dropped before it is hashed',
  },
  {
    peers: ['stripe', 'bolt'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'malformed-signature') && /[0-9a-f]{64}=/.test(signatureOf(d)),
    kind: 'weakness',
    reason: 'what stands behind a second = is not looked at',
  },
  {
    peers: [...WEBHOOKS, 'Python'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'malformed-signature') && /v1,[^ ,]+,/.test(signatureOf(d)),
    kind: 'weakness',
    reason: 'what stands behind a second comma is not looked at',
  },
  {
    peers: ['Python'],
    theirs: 'accept',
    applies: (d) =>
      d.scheme === 'standard-webhooks' &&
      isRefused(d, 'malformed-signature') &&
      !signatureOf(d).split(' ').some(isStrictItem),
    kind: 'weakness',
    reason:
      'base64.b64decode leaves out what is no base64, stops behind the padding and ignores spare bits: many texts are one signature',
  },
  {
    peers: ['stripe', ...WEBHOOKS, 'Python'],
    theirs: 'accept',
    applies: (d) => isRepeated(d, SIGNATURE[d.scheme] ?? ''),
    kind: 'our strictness',
    reason:
      'two fields of the signature are joined into one list by the server; which of them a proxy keeps is not known',
  },
  {
    peers: ['stripe', 'Python'],
    theirs: 'accept',
    applies: (d) => d.scheme === 'stripe' && isRefused(d, 'malformed-signature') && timesOf(d) > 1,
    kind: 'weakness',
    reason: 'of two times in one header the last is taken',
  },
  {
    peers: ['Python'],
    theirs: 'accept',
    applies: (d) => /^\+|_/.test(timeOf(d)) || /^\s|\s$/.test(timeOf(d)),
    kind: 'weakness',
    reason: 'int() takes a sign, blanks and underscores: 1_795 is a time',
  },
  {
    peers: WEBHOOKS,
    theirs: 'accept',
    applies: (d) => isRepeated(d, 'webhook-timestamp'),
    kind: 'weakness',
    reason:
      'parseInt reads the first number of two joined fields, and the number is signed in place of the text',
  },
  {
    peers: [...WEBHOOKS, 'Python'],
    theirs: 'accept',
    applies: (d) =>
      d.scheme === 'standard-webhooks' &&
      isRefused(d, 'missing-part') &&
      (d.request.headers.get('webhook-id') ?? '').includes('.'),
    kind: 'our strictness',
    reason: 'an id with a dot: the dot ends the id in the message, so text could be moved between the two',
  },
  {
    peers: ['Python'],
    theirs: 'accept',
    applies: (d) => d.request.headers.get('webhook-id') === '',
    kind: 'our strictness',
    reason: 'an id that is empty tells no two deliveries apart',
  },
  {
    peers: ['twilio', 'Python'],
    theirs: 'accept',
    applies: (d) => d.scheme === 'twilio' && isRefused(d, 'malformed-body'),
    kind: 'our strictness',
    reason:
      'a form with broken escapes, bytes that are no UTF-8 or a field without a name is read differently by each parser',
  },
  {
    peers: AS_TEXT,
    theirs: 'refuse',
    applies: (d) => !isUtf8(d.request.body),
    kind: 'limit',
    reason: 'the body is made text before it is hashed, and bytes that are no UTF-8 become others',
  },
  {
    peers: ['stripe', ...WEBHOOKS],
    theirs: 'refuse',
    applies: hasBom,
    kind: 'limit',
    reason: 'a byte order mark that was signed is dropped before the body is hashed, or is no JSON',
  },
  {
    peers: ['stripe', 'octokit'],
    theirs: 'refuse',
    applies: (d) => d.request.body.length === 0,
    kind: 'limit',
    reason: 'an empty body is taken for one that was forgotten',
  },
  {
    peers: ['standardwebhooks'],
    theirs: 'refuse',
    applies: (d) => !isJson(d.request.body),
    kind: 'limit',
    reason: 'it parses the body as well, and throws where that is no JSON',
  },
  {
    peers: WEBHOOKS,
    theirs: 'refuse',
    applies: (d) => /[^\0-\x7f]/.test(d.request.headers.get('webhook-id') ?? ''),
    kind: 'limit',
    reason: 'a header is taken for text: its bytes beyond ASCII are written as UTF-8 once more',
  },
  {
    peers: ['stripe', 'bolt', ...WEBHOOKS, 'Python'],
    theirs: 'refuse',
    applies: (d) => /^0|\./.test(timeOf(d)),
    kind: 'limit',
    reason:
      'a time with a fraction or a zero before it: they sign the whole number, or read no fraction; we sign the text as it came',
  },
  {
    peers: ['stripe', 'Python'],
    theirs: 'refuse',
    applies: (d) => d.scheme === 'stripe' && /[\s=,][ \t]|[ \t][,=]/.test(signatureOf(d)),
    kind: 'limit',
    reason: 'blanks beside a comma, which a proxy that joins fields writes, are taken for part of a label',
  },
  {
    peers: ['twilio'],
    theirs: 'refuse',
    applies: (d) => Buffer.from(d.request.body).toString().startsWith('__proto__='),
    kind: 'limit',
    reason: 'a field named __proto__ is lost in the object that the form is handed over in',
  },
  {
    peers: ['Python'],
    theirs: 'refuse',
    applies: (d) =>
      d.scheme === 'twilio' && /(?:^|&)(?:&|$|[^=&]*(?:&|$))/.test(Buffer.from(d.request.body).toString()),
    kind: 'limit',
    reason: 'urllib, told to be strict, refuses an empty pair and a name without =',
  },
];

/** `v1,` and base64 in its one spelling. */
function isStrictItem(item: string): boolean {
  const [label, text = ''] = item.split(/,(.*)/s);
  return label === 'v1' && text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
}

function signatureOf({ scheme, request }: Disagreement): string {
  return request.headers.get(SIGNATURE[scheme] ?? '') ?? '';
}

/** The time's text, without blanks around the item that it is. */
function timeOf(d: Disagreement): string {
  switch (d.scheme) {
    case 'stripe':
      return /(?:^|,)[ \t]*t=([^,]*)/.exec(signatureOf(d))?.[1] ?? '';
    case 'slack':
      return d.request.headers.get('x-slack-request-timestamp') ?? '';
    default:
      return d.request.headers.get('webhook-timestamp') ?? '';
  }
}

function timesOf(d: Disagreement): number {
  return signatureOf(d).split(/(?:^|,)[ \t]*t=/).length - 1;
}

function hasBom({ request: { body } }: Disagreement): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString());
    return true;
  } catch {
    return false;
  }
}
