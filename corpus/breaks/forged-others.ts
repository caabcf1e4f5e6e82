/** Forged requests of senders that are no profile: tokens, messages, forms and bodies that carry their signature. */
import { bytesOf, draw } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, headerOf, type Sender, type Wire, withBody, withHeader } from '../base/wire.ts';
import { ami, flowent, twilioJson, twilioSender } from '../senders/body-senders.ts';
import { messageEd, messageHmac, messageParted } from '../senders/message-signatures.ts';
import { incodeBasic, incodeBearer, incodePlain } from '../senders/shared-tokens.ts';
import { approov, dpop, firebase, jwtEc, jwtHmac, jwtRsa } from '../senders/token-senders.ts';

type Forge = (genuine: Wire, label: string) => Wire;

interface Forgery {
  readonly truth: string;
  readonly senders: readonly Sender[];
  readonly forge: Forge;
}

const header =
  (name: string, change: (value: string, label: string) => string): Forge =>
  (wire, label) =>
    withHeader(wire, name, change(headerOf(wire, name), label));
const body =
  (change: (text: string, label: string) => string): Forge =>
  (wire, label) =>
    withBody(wire, Buffer.from(change(wire.body.toString(), label)));

/** The last segment made up. */
const randomSignature = (token: string, label: string): string =>
  `${token.slice(0, token.lastIndexOf('.') + 1)}${bytesOf(label, Math.floor((token.length - token.lastIndexOf('.') - 1) * 0.75)).toString('base64url')}`;

/** Another subject under the same signature. */
function editedClaims(token: string, label: string): string {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const edited = JSON.stringify({
    ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
    sub: 'admin',
    jti: String(draw(label, 1e6)),
  });
  return [head, Buffer.from(edited).toString('base64url'), signature].join('.');
}

const JWTS = [jwtHmac, jwtEc, jwtRsa];
const MESSAGES = [messageHmac, messageParted, messageEd];
const RANDOM = 'The signature is random.';
const EDITED = 'A genuine request was edited: it says something else.';
const GUESSED = 'The token was guessed.';

const FORGERIES: readonly Forgery[] = [
  { truth: RANDOM, senders: JWTS, forge: header('Authorization', randomSignature) },
  {
    truth: EDITED,
    senders: JWTS,
    forge: header('Authorization', (value, label) => `Bearer ${editedClaims(value.slice(7), label)}`),
  },
  { truth: RANDOM, senders: [approov], forge: header('Approov-Token', randomSignature) },
  { truth: EDITED, senders: [approov], forge: header('Approov-Token', editedClaims) },
  { truth: RANDOM, senders: [firebase], forge: header('X-Firebase-AppCheck', randomSignature) },
  { truth: EDITED, senders: [firebase], forge: header('X-Firebase-AppCheck', editedClaims) },
  { truth: RANDOM, senders: [dpop], forge: header('DPoP', randomSignature) },
  {
    truth: EDITED,
    senders: [dpop],
    forge: header('Authorization', (value, label) => `DPoP ${editedClaims(value.slice(5), label)}`),
  },
  {
    truth: GUESSED,
    senders: [incodeBearer, incodeBasic],
    forge: header(
      'Authorization',
      (value, label) => `${value.split(' ')[0]} ${bytesOf(label, 27).toString('base64')}`,
    ),
  },
  {
    truth: GUESSED,
    senders: [incodePlain],
    forge: header('X-Webhook-Token', (_value, label) => bytesOf(label, 27).toString('base64url')),
  },
  {
    truth: RANDOM,
    senders: MESSAGES,
    forge: header(
      'Signature',
      (value, label) => `sig1=:${bytesOf(label, value.length > 80 ? 64 : 32).toString('base64')}:`,
    ),
  },
  {
    truth: EDITED,
    senders: MESSAGES,
    forge: body((text) => text.replace(/[a-y](?=[a-z]{3})/, (letter) => (letter === 'x' ? 'y' : 'x'))),
  },
  {
    truth: RANDOM,
    senders: [flowent],
    forge: body((text, label) =>
      text.replace(/"signature":"[^"]+"/, `"signature":"${bytesOf(label, 32).toString('hex')}"`),
    ),
  },
  {
    truth: EDITED,
    senders: [flowent],
    forge: body((text) => text.replace(/"parameters":\{"([a-z_]+)":"/, '"parameters":{"$1":"x')),
  },
  {
    truth: RANDOM,
    senders: [ami],
    forge: body((text, label) =>
      text.replace(/signature=\w+/, `signature=${bytesOf(label, 20).toString('hex')}`),
    ),
  },
  {
    truth: EDITED,
    senders: [ami],
    forge: body((text) => text.replace('selected_ids=101', 'selected_ids=901')),
  },
  {
    truth: RANDOM,
    senders: [twilioSender, twilioJson],
    forge: header('X-Twilio-Signature', (_value, label) => bytesOf(label, 20).toString('base64')),
  },
  { truth: EDITED, senders: [twilioSender], forge: body((text) => text.replace('5550100', '5550666')) },
];

export async function otherForgedCases(each: number): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [index, { truth, senders, forge }] of FORGERIES.entries()) {
    for (let i = 0; i < each; i++) {
      const sender = senders[i % senders.length] as Sender;
      const label = `forged-other/${index}/${i}`;
      const draft = sender.draft(label);
      const wire = forge(await sender.sign(draft), label);
      cases.push({
        sender: sender.name,
        choice: sender.choice,
        keys: sender.keys,
        now: Math.floor(draft.at / 1000) + 1,
        wire,
        cause: 'forged',
        truth,
        madeBy: versionOf('node'),
      });
    }
  }
  return cases;
}
