/** What goes wrong with signatures by private keys: another form, another padding, another key. */
import { constants, hash, sign } from 'node:crypto';
import { versionOf } from '../base/versions.ts';
import { type Draft, type Wire, withHeader } from '../base/wire.ts';
import { ecPair, ed25519Pair, pemOf, rawPublicOf, rsaPair, spkiOf } from '../senders/key-pairs.ts';
import { messageOf, type Profile } from '../senders/profile.ts';
import { asItIs, type DirectRow } from './direct.ts';

const NODE = versionOf('node');

export function publicKeySlips(profile: Profile): readonly DirectRow[] {
  const signed =
    (signature: (message: Buffer) => string): DirectRow['make'] =>
    (draft: Draft, genuine: Wire) =>
      withHeader(
        genuine,
        profile.signatureHeader,
        signature(messageOf(profile.parts(draft, String(draft.at / 1000)))),
      );
  const form = profile.form;
  const right = (message: Buffer): Buffer => profile.signBytes?.(message) ?? Buffer.alloc(0);
  const common: readonly DirectRow[] = [
    {
      cause: 'wrong-public-key',
      truth: 'The receiver has the public key of another application, or of the test environment.',
      madeBy: NODE,
      count: 4,
      make: asItIs,
      keys: () => [otherKey(profile.name)],
    },
    {
      cause: 'signature-in-another-encoding',
      truth: `The signature is in ${form === 'hex' ? 'base64' : 'hex'}, where ${form} is expected.`,
      madeBy: NODE,
      count: 3,
      make: signed((message) => right(message).toString(form === 'hex' ? 'base64' : 'hex')),
    },
    {
      cause: 'signature-base64-of-hex',
      truth: "The signature's hex text was encoded in base64.",
      madeBy: NODE,
      count: 2,
      make: signed((message) => Buffer.from(right(message).toString('hex')).toString('base64')),
    },
    {
      cause: 'sender-signed-digest-of-message',
      truth: 'The sender hashed the message first, and signed the digest.',
      madeBy: NODE,
      count: 3,
      make: signed((message) => right(hash('sha256', message, 'buffer')).toString(form)),
    },
    {
      cause: 'signature-cut',
      truth: 'The signature was cut.',
      madeBy: NODE,
      count: 2,
      make: signed((message) => right(message).toString(form).slice(0, -9)),
    },
  ];
  return [...common, ...(OWN[profile.name]?.(signed, form) ?? [])];
}

type Signed = (signature: (message: Buffer) => string) => DirectRow['make'];

const OWN: Readonly<Record<string, (signed: Signed, form: Profile['form']) => readonly DirectRow[]>> = {
  sendgrid: (signed) => [
    {
      cause: 'ecdsa-signature-in-other-form',
      truth: 'The signature is the two numbers one behind the other (IEEE P1363), where DER is expected.',
      madeBy: NODE,
      count: 5,
      make: signed((message) =>
        sign('sha256', message, { key: ecPair('sendgrid').privateKey, dsaEncoding: 'ieee-p1363' }).toString(
          'base64',
        ),
      ),
    },
    {
      cause: 'wrong-hash',
      truth: 'The sender signs with SHA-512.',
      madeBy: NODE,
      count: 3,
      make: signed((message) => sign('sha512', message, ecPair('sendgrid').privateKey).toString('base64')),
    },
  ],
  wise: (signed) => [
    {
      cause: 'wrong-rsa-padding',
      truth: 'The signature is RSA-PSS, where PKCS #1 v1.5 is expected.',
      madeBy: NODE,
      count: 4,
      make: signed((message) =>
        sign('sha256', message, {
          key: rsaPair('sender').privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }).toString('base64'),
      ),
    },
    {
      cause: 'wrong-hash',
      truth: 'The sender signs with SHA-1.',
      madeBy: NODE,
      count: 3,
      make: signed((message) => sign('sha1', message, rsaPair('sender').privateKey).toString('base64')),
    },
    {
      cause: 'signature-lines-joined-by-blanks',
      truth:
        'The base64 of the signature was wrapped at 76 letters, and a proxy made blanks of the line ends.',
      madeBy: NODE,
      count: 4,
      make: signed((message) =>
        (
          sign('sha256', message, rsaPair('sender').privateKey)
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join(' '),
      ),
    },
  ],
};

function otherKey(name: string) {
  switch (name) {
    case 'discord':
      return { secret: rawPublicOf(ed25519Pair('other').publicKey).toString('hex'), encoding: 'hex' };
    case 'telnyx':
      return { secret: rawPublicOf(ed25519Pair('other').publicKey).toString('base64'), encoding: 'base64' };
    case 'sendgrid':
      return { secret: spkiOf(ecPair('other').publicKey).toString('base64') };
    default:
      return { secret: pemOf(rsaPair('other').publicKey) };
  }
}
