/** What goes wrong with any webhook, tried with each sender of the catalogue: its body, its secret, its time, its address, its header. */
import { draw } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, type KeySpec, type Sender, type Wire, withBody } from '../base/wire.ts';
import { adyen, CATALOGUE_BODIES, sns } from '../senders/catalogue-bodies.ts';
import { CATALOGUE_PROFILES } from '../senders/catalogue-profiles.ts';
import { BOUND_SENDERS, type BoundSender, plaid, pubsub, truelayer } from '../senders/catalogue-tokens.ts';
import { ecPair, pemOf, rsaPair } from '../senders/key-pairs.ts';
import { type Profile, senderOf, signByHand } from '../senders/profile.ts';
import { SIGV4_SECRET } from '../senders/sigv4-wire.ts';
import { asItIs, casesOfSender, type DirectRow, without } from './direct.ts';
import { sayTheSame } from './json-reprints.ts';

const NODE = versionOf('node');

const reprinted: DirectRow = {
  cause: 'body-parsed-and-printed-again',
  truth: 'A framework of Python parsed the body, and json.dumps printed it again.',
  madeBy: versionOf('python'),
  count: 1,
  async make(_draft, genuine) {
    // A line end that is lost besides would be the cause.
    if (/\n(?=\W*$)/.test(genuine.body.toString())) return undefined;
    const printed = await ask('python', 'json', genuine.body);
    return printed.equals(genuine.body) || !sayTheSame(printed, genuine.body)
      ? undefined
      : withBody(genuine, printed);
  },
};

const lineEndAdded: DirectRow = {
  cause: 'final-newline-added',
  truth: 'An editor put a line end behind the body.',
  madeBy: NODE,
  count: 1,
  make: (_draft, genuine) =>
    genuine.body.at(-1) === 10
      ? undefined
      : withBody(genuine, Buffer.concat([genuine.body, Buffer.from('\n')])),
};

const stripped: DirectRow = {
  cause: 'path-prefix-stripped',
  truth: 'A proxy took the first segment off the path.',
  madeBy: NODE,
  count: 1,
  make: (_draft, genuine) => ({ ...genuine, url: genuine.url.replace(/(?<=example)\/[^/?]+(?=\/)/, '') }),
};

const late = (seconds = 400): DirectRow => ({
  cause: 'arrived-late',
  truth: 'The request waited in a queue.',
  madeBy: NODE,
  count: 1,
  make: asItIs,
  now: ({ at }, label) => Math.floor(at / 1000) + seconds + draw(label, 900),
});

const secretRow = (
  sender: Sender,
  cause: string,
  truth: string,
  change: (secret: string) => string,
): DirectRow => ({
  cause,
  truth,
  madeBy: NODE,
  count: 1,
  make: asItIs,
  keys: () => sender.keys.map((key) => ({ ...key, secret: change(key.secret) })),
});

const secretRows = (sender: Sender): readonly DirectRow[] => [
  secretRow(
    sender,
    'secret-with-line-end',
    'The receiver’s secret has a line end behind it.',
    (secret) => `${secret}\n`,
  ),
  secretRow(sender, 'secret-in-quotes', 'The receiver’s secret stands in quotes.', (secret) => `"${secret}"`),
];

const missing = (header: string): DirectRow => ({
  cause: 'signature-header-missing',
  truth: `A proxy dropped ${header}.`,
  madeBy: NODE,
  count: 1,
  make: without(header),
});

function profileRows(profile: Profile): readonly DirectRow[] {
  const { unit, coversUrl, signatureHeader } = profile;
  const hasOwnTolerance = profile.name.startsWith('cloudinary');
  return [
    reprinted,
    lineEndAdded,
    ...secretRows(senderOf(profile)).slice(0, 1),
    missing(signatureHeader),
    ...(unit === undefined ? [] : [late(hasOwnTolerance ? 7300 : 400)]),
    ...(unit === 's' && profile.name !== 'lovable' ? [inMilliseconds(profile)] : []),
    ...(coversUrl ? [stripped] : []),
  ];
}

const inMilliseconds = (profile: Profile): DirectRow => ({
  cause: 'milliseconds-for-seconds',
  truth: 'The sender’s time is in milliseconds.',
  madeBy: `${NODE}, a sender written by hand`,
  count: 1,
  make: (draft) => signByHand(profile, draft, { timestamp: String(draft.at) }),
});

function tokenRows(sender: BoundSender): readonly DirectRow[] {
  const { covers, header, keys } = sender;
  const isSecret = keys.every(({ encoding }) => encoding === undefined);
  return [
    ...(covers.body ? [reprinted, lineEndAdded] : []),
    ...(covers.url ? [stripped] : []),
    ...(isSecret ? secretRows(sender).slice(0, 1) : [wrongPair(sender)]),
    {
      cause: 'token-header-missing',
      truth: `A proxy dropped ${header}.`,
      madeBy: NODE,
      count: 1,
      make: without(header),
    },
    {
      cause: 'token-expired',
      truth: 'The request waited in a queue, and its token had expired.',
      madeBy: NODE,
      count: 1,
      make: asItIs,
      now: ({ at }, label) => at / 1000 + 4000 + draw(label, 9000),
    },
  ];
}

/** The public key of the test environment, under the id of the sender’s. */
const wrongPair = (sender: Sender): DirectRow => ({
  cause: 'wrong-public-key',
  truth: 'The receiver has the public key of the test environment.',
  madeBy: NODE,
  count: 1,
  make: asItIs,
  keys: () => sender.keys.map((key) => ({ ...key, secret: otherKey(sender, key) })),
});

function otherKey(sender: Sender, { secret }: KeySpec): string {
  if (sender === sns) return pemOf(rsaPair('other').publicKey);
  const pair = sender === pubsub ? rsaPair('other') : ecPair('other', sender === plaid ? 'P-256' : 'P-521');
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const own = JSON.parse(secret) as { readonly keys?: readonly object[] };
  return JSON.stringify(own.keys ? { keys: [{ ...own.keys[0], ...jwk }] } : { ...own, ...jwk });
}

/** Of senders that sign fields or the address; a key of hex cannot have a quote in it. */
function bodyRows(sender: Sender): readonly DirectRow[] {
  const { name } = sender;
  return [
    ...(sender === sns ? [wrongPair(sender)] : secretRows(sender)),
    ...(['plivo-v3', 'aws-sigv4'].includes(name) ? [stripped] : []),
    ...(['mailgun', 'smile-id', 'mercadopago', 'shopify-admin-query', 'aws-sigv4'].includes(name)
      ? [late()]
      : []),
    ...(sender === sns ? [late(4000)] : []),
    ...(OWN[name] ?? []),
  ];
}

const changedBody = (cause: string, truth: string, change: (text: string) => string): DirectRow => ({
  cause,
  truth,
  madeBy: NODE,
  count: 1,
  make: (_draft, genuine) => withBody(genuine, Buffer.from(change(genuine.body.toString()))),
});

const withoutSignature = (pattern: RegExp, to = ''): DirectRow =>
  changedBody('signature-header-missing', 'A middleware took the signature out of the body.', (text) =>
    text.replace(pattern, to),
  );

const OWN: Readonly<Record<string, readonly DirectRow[]>> = {
  adyen: [withoutSignature(/"hmacSignature":"[^"]*"/)],
  mailgun: [withoutSignature(/,"signature":"[^"]*"/)],
  'smile-id': [withoutSignature(/,"signature":"[^"]*"/)],
  braintree: [withoutSignature(/bt_signature=[^&]*&/)],
  'dropbox-sign': [withoutSignature(/%2C%22event_hash%22%3A%22[^%]*%22/)],
  'aws-sns': [withoutSignature(/,"Signature":"[^"]*"/)],
  'plivo-v3': [
    missing('X-Plivo-Signature-V3'),
    changedBody('form-field-lost', 'A middleware left a field of the form out.', (text) =>
      text.replace('&Direction=inbound', ''),
    ),
  ],
  mercadopago: [
    missing('X-Signature'),
    {
      cause: 'query-lost',
      truth: 'A proxy took the query off.',
      madeBy: NODE,
      count: 1,
      make: (_draft: unknown, genuine: Wire) => ({ ...genuine, url: genuine.url.replace(/\?.*/, '') }),
    },
  ],
  'shopify-admin-query': [
    {
      cause: 'query-parameter-added',
      truth: 'A link of an advertisement put a parameter behind the query.',
      madeBy: NODE,
      count: 2,
      make: (_draft: unknown, genuine: Wire) => ({ ...genuine, url: `${genuine.url}&utm_source=mail` }),
    },
  ],
  'aws-sigv4': [
    reprinted,
    lineEndAdded,
    missing('Authorization'),
    {
      cause: 'key-id-unknown',
      truth: 'The client’s access key id is none of the receiver’s.',
      madeBy: NODE,
      count: 1,
      make: asItIs,
      keys: () => [{ id: 'AKIDOFANOTHERUSER', secret: SIGV4_SECRET }],
    },
  ],
};

const NAMED: readonly (readonly [Sender, readonly DirectRow[]])[] = [
  ...CATALOGUE_PROFILES.map((profile) => [senderOf(profile), profileRows(profile)] as const),
  ...BOUND_SENDERS.map((sender) => [sender, tokenRows(sender)] as const),
  ...CATALOGUE_BODIES.map((sender) => [sender, bodyRows(sender)] as const),
  [
    truelayer,
    [
      reprinted,
      lineEndAdded,
      stripped,
      wrongPair(truelayer),
      missing('Tl-Signature'),
      missing('X-Tl-Webhook-Timestamp'),
    ],
  ],
];

/** Short bodies alone: there are many senders. */
const MAX_BODY_BYTES = 360;

function short(sender: Sender): Sender {
  return {
    ...sender,
    draft(label, kind) {
      let draft = sender.draft(label, kind);
      for (let i = 0; draft.body.length > MAX_BODY_BYTES; i++) draft = sender.draft(`${label}/${i}`, kind);
      return draft;
    },
  };
}

export const CATALOGUE_SENDERS: readonly Sender[] = NAMED.map(([sender]) => short(sender));

export async function catalogueCases(): Promise<readonly Case[]> {
  return (await Promise.all(NAMED.map(([sender, rows]) => casesOfSender(short(sender), rows)))).flat();
}

/** The bodies, keys and addresses of one, the proof of another: of what each covers, nothing fits. */
export async function catalogueForgedCases(): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [own] of NAMED) {
    const sender = short(own);
    const draft = sender.draft(`catalogue-forged/${sender.name}`);
    const stranger = strangerOf(own);
    cases.push({
      sender: sender.name,
      choice: sender.choice,
      keys: stranger,
      now: Math.floor(draft.at / 1000) + 1,
      wire: await sender.sign(draft),
      cause: 'forged',
      truth: 'The request is signed with a key that has nothing to do with the receiver.',
      madeBy: NODE,
    });
  }
  return cases;
}

/** Keys of the same kind that sign nothing of the sender’s. */
function strangerOf(sender: Sender): readonly KeySpec[] {
  if (sender === sns || sender === plaid || sender === pubsub || sender === truelayer)
    return sender.keys.map((key) => ({ ...key, secret: otherKey(sender, key) }));
  const isHex = sender === adyen;
  return sender.keys.map((key) => ({
    ...key,
    secret: [...key.secret].map((letter, i) => otherLetter(letter, i, isHex)).join(''),
  }));
}

function otherLetter(letter: string, i: number, isHex: boolean): string {
  if (!/[A-Za-z0-9]/.test(letter)) return letter;
  const letters = isHex ? '0123456789ABCDEF' : 'abcdefghijkmnopqrstuvwxyz23456789';
  return letters[(letter.charCodeAt(0) * 7 + i * 5 + 3) % letters.length] ?? letter;
}
