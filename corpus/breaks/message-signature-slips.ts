/** What goes wrong with HTTP Message Signatures. */
import { createHash, createHmac, sign } from 'node:crypto';
import { draw, pick } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, type Draft, headerOf, type Wire, withHeader } from '../base/wire.ts';
import { ed25519Pair, pemOf } from '../senders/key-pairs.ts';
import {
  digestOf,
  MESSAGE_SECRET,
  type MessageSender,
  messageEc,
  messageEcPair,
  messageEd,
  messageHmac,
  messageParted,
  parametersOf,
  type Written,
  writeSigned,
} from '../senders/message-signatures.ts';
import { asItIs, casesOfSender, type DirectRow, without } from './direct.ts';

const NODE = `${versionOf('node')}, a signer written by hand`;
const LIBRARY = versionOf('http-message-signatures');

const arrived =
  (change: (wire: Wire) => Wire): DirectRow['make'] =>
  (_draft, genuine) =>
    change(genuine);

/** Rows of a signer that writes something otherwise than RFC 9421 says. */
function writtenRows(sender: MessageSender): readonly DirectRow[] {
  const by =
    (written: (draft: Draft, label: string) => Written | Promise<Written>): DirectRow['make'] =>
    async (draft, _genuine, label) =>
      writeSigned(sender, draft, await written(draft, label));
  const { components, algorithm } = sender;
  const parameters = (draft: Draft): string => parametersOf(draft, algorithm);
  return [
    {
      cause: 'required-component-missing',
      truth: 'The signature does not cover the method.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ components: components.filter((name) => name !== '@method') })),
    },
    {
      cause: 'required-component-missing',
      truth: 'The signature does not cover Content-Digest, and so not the body.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ components: components.filter((name) => name !== 'content-digest') })),
    },
    {
      cause: 'digest-over-another-form',
      truth: 'Content-Digest is of json.dumps of the document; the client printed it otherwise.',
      madeBy: versionOf('python'),
      count: 4,
      make: by(async ({ body }) => ({
        digest: digestOf(
          await ask('python', body.toString().includes('": ') ? 'json-compact' : 'json', body),
        ),
      })),
    },
    {
      cause: 'digest-over-another-form',
      truth: 'Content-Digest is of the body with a line end behind it.',
      madeBy: NODE,
      count: 2,
      make: by(({ body }) => ({ digest: digestOf(Buffer.concat([body, Buffer.from('\n')])) })),
    },
    {
      cause: 'digest-in-another-encoding',
      truth: 'Content-Digest is in hex between its colons.',
      madeBy: NODE,
      count: 3,
      make: by(({ body }) => ({ digest: `sha-256=:${createHash('sha256').update(body).digest('hex')}:` })),
    },
    {
      cause: 'digest-in-another-encoding',
      truth: 'Content-Digest is written as the older Digest was: SHA-256= and no colons.',
      madeBy: NODE,
      count: 3,
      make: by(({ body }) => ({ digest: `SHA-256=${createHash('sha256').update(body).digest('base64')}` })),
    },
    {
      cause: 'signature-parameters-in-another-order',
      truth: 'The parameters are signed in another order than Signature-Input has them.',
      madeBy: NODE,
      count: 4,
      make: by((draft) => ({
        signedParameters: `;keyid="partner-2026";alg="${algorithm}";created=${draft.at / 1000}`,
      })),
    },
    {
      cause: 'signature-base-ends-with-newline',
      truth: 'The signature base has a line end behind its last line.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ base: (lines) => `${lines.join('\n')}\n` })),
    },
    {
      cause: 'signature-base-with-crlf',
      truth: 'The lines of the signature base are joined by CR LF.',
      madeBy: NODE,
      count: 2,
      make: by(() => ({ base: (lines) => lines.join('\r\n') })),
    },
    {
      cause: 'signature-base-names-unquoted',
      truth: 'The names of components stand in the signature base without quotes.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ base: (lines) => lines.map((line) => line.replace(/^"([^"]+)"/, '$1')).join('\n') })),
    },
    {
      cause: 'signature-base-without-parameters',
      truth: 'The line @signature-params is not in the signature base.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ base: (lines) => lines.slice(0, -1).join('\n') })),
    },
    {
      cause: 'sender-signed-method-in-lower-case',
      truth: 'The sender signs the method in lower case.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({
        value: (component, value) => (component === '@method' ? value.toLowerCase() : value),
      })),
    },
    {
      cause: 'milliseconds-for-seconds',
      truth: 'created is in milliseconds.',
      madeBy: NODE,
      count: 3,
      make: by((draft) => ({
        parameters: parameters(draft).replace(String(draft.at / 1000), String(draft.at)),
      })),
    },
    {
      cause: 'created-missing',
      truth: 'The signature has no created.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ parameters: `;keyid="partner-2026";alg="${algorithm}"` })),
    },
    {
      cause: 'signature-expired',
      truth: 'The signature had expired: its expires is past.',
      madeBy: NODE,
      count: 3,
      make: by((draft) => ({ parameters: `${parameters(draft)};expires=${draft.at / 1000 + 5}` })),
      now: ({ at }, label) => at / 1000 + 20 + draw(label, 100),
    },
    {
      cause: 'key-id-unknown',
      truth: "The sender's keyid is none of the receiver's.",
      madeBy: NODE,
      count: 4,
      make: by((draft, label) => ({
        parameters: parameters(draft).replace(
          'partner-2026',
          pick(label, ['partner-2027', 'Partner-2026', 'default']),
        ),
      })),
    },
    {
      cause: 'signature-label-wrong',
      truth: 'Signature and Signature-Input have different labels.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ inputLabel: 'sig' })),
    },
    {
      cause: 'signature-in-another-encoding',
      truth: 'The signature stands without the colons of a byte sequence.',
      madeBy: NODE,
      count: 3,
      make: by(() => ({ spell: (signature) => signature.toString('base64') })),
    },
    {
      cause: 'signature-in-another-encoding',
      truth: 'The signature is in hex between its colons.',
      madeBy: NODE,
      count: 2,
      make: by(() => ({ spell: (signature) => `:${signature.toString('hex')}:` })),
    },
    {
      cause: 'signature-in-another-encoding',
      truth: 'The signature is in base64url between its colons.',
      madeBy: NODE,
      count: 2,
      make: by(() => ({ spell: (signature) => `:${signature.toString('base64url')}:` })),
    },
  ];
}

/** Of what happens to a request that was signed rightly. */
const ARRIVED: readonly DirectRow[] = [
  {
    cause: 'tls-ended-at-proxy',
    truth: 'TLS ends at a proxy: the receiver takes its URL for http://; https:// was signed.',
    madeBy: LIBRARY,
    count: 4,
    make: arrived((wire) => ({ ...wire, url: wire.url.replace('https:', 'http:') })),
  },
  {
    cause: 'host-changed-by-proxy',
    truth: 'A proxy put its own name for the receiver into Host; the public one was signed.',
    madeBy: LIBRARY,
    count: 4,
    make: arrived((wire) => ({
      ...withHeader(wire, 'Host', '10.0.0.5:8080'),
      url: wire.url.replace('https://hooks.acme.example', 'http://10.0.0.5:8080'),
    })),
  },
  {
    cause: 'path-prefix-stripped',
    truth: 'A proxy took /inbox off the path.',
    madeBy: LIBRARY,
    count: 3,
    make: (_draft, genuine) =>
      genuine.url.includes('/inbox/') ? { ...genuine, url: genuine.url.replace('/inbox/', '/') } : undefined,
  },
  {
    cause: 'signed-header-overwritten',
    truth: 'A proxy added a charset to Content-Type, which is signed.',
    madeBy: LIBRARY,
    count: 3,
    make: (_draft, genuine) =>
      headerOf(genuine, 'Content-Type').includes(';')
        ? undefined
        : withHeader(genuine, 'Content-Type', `${headerOf(genuine, 'Content-Type')}; charset=utf-8`),
  },
  {
    cause: 'signature-header-missing',
    truth: 'A proxy dropped Signature-Input.',
    madeBy: LIBRARY,
    count: 3,
    make: without('Signature-Input'),
  },
  {
    cause: 'signature-header-missing',
    truth: 'The request came without its signature.',
    madeBy: LIBRARY,
    count: 3,
    make: without('Signature'),
  },
  {
    cause: 'digest-header-missing',
    truth: 'Content-Digest did not come.',
    madeBy: LIBRARY,
    count: 3,
    make: without('Content-Digest'),
  },
  {
    cause: 'arrived-late',
    truth: 'The request waited in a queue.',
    madeBy: LIBRARY,
    count: 4,
    make: asItIs,
    now: ({ at }, label) => at / 1000 + 400 + draw(label, 9000),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The sender's clock is ahead.",
    madeBy: LIBRARY,
    count: 3,
    make: asItIs,
    now: ({ at }, label) => at / 1000 - 90 - draw(label, 900),
  },
];

const SECRETS: readonly DirectRow[] = [
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the secret of another environment.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ id: 'partner-2026', secret: 'the secret of another environment' }],
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's secret has a line end behind it.",
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ id: 'partner-2026', secret: `${MESSAGE_SECRET}\n` }],
  },
  {
    cause: 'secret-read-in-another-encoding',
    truth: 'The receiver decodes the secret from base64; the sender uses it as it stands.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ id: 'partner-2026', secret: MESSAGE_SECRET, encoding: 'base64' }],
  },
  {
    cause: 'key-revoked',
    truth: "The sender signs with a key that the receiver's ring holds as revoked.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [
      { id: 'partner-2026', secret: MESSAGE_SECRET, state: 'revoked' },
      { id: 'partner-2027', secret: 'another secret of the ring, which is active' },
    ],
  },
  {
    cause: 'wrong-hash',
    truth: 'The sender uses SHA-512 for its HMAC.',
    madeBy: NODE,
    count: 3,
    make: (draft) =>
      writeSigned(messageHmac, draft, {
        signBase: (base) => createHmac('sha512', MESSAGE_SECRET).update(base).digest(),
      }),
  },
  {
    cause: 'signed-by-the-older-draft',
    truth:
      'The sender follows the drafts before the RFC: one header Signature with keyId, algorithm and headers.',
    madeBy: NODE,
    count: 4,
    make: (draft, genuine) => {
      const { pathname, search, host } = new URL(draft.url);
      const date = new Date(draft.at).toUTCString();
      const base = `(request-target): post ${pathname}${search}\nhost: ${host}\ndate: ${date}\ndigest: SHA-256=${createHash('sha256').update(draft.body).digest('base64')}`;
      const signature = createHmac('sha256', MESSAGE_SECRET).update(base).digest('base64');
      const bare = withHeader(withHeader(genuine, 'Signature-Input', undefined), 'Content-Digest', undefined);
      const headers = [
        ...bare.headers.filter(([name]) => name !== 'Signature'),
        ['Date', date],
        ['Digest', `SHA-256=${createHash('sha256').update(draft.body).digest('base64')}`],
        [
          'Signature',
          `keyId="partner-2026",algorithm="hmac-sha256",headers="(request-target) host date digest",signature="${signature}"`,
        ],
      ] as const;
      return { ...bare, headers };
    },
  },
];

/** Of the target in parts. */
const PARTS: readonly DirectRow[] = [
  {
    cause: 'sender-signed-default-port',
    truth: 'The sender signs @authority with :443.',
    madeBy: NODE,
    count: 4,
    make: (draft) =>
      writeSigned(messageParted, draft, {
        value: (name, value) => (name === '@authority' ? `${value}:443` : value),
      }),
  },
  {
    cause: 'host-in-other-case',
    truth: 'The sender signs @authority in upper case.',
    madeBy: NODE,
    count: 2,
    make: (draft) =>
      writeSigned(messageParted, draft, {
        value: (name, value) => (name === '@authority' ? value.toUpperCase() : value),
      }),
  },
  {
    cause: 'sender-signed-query-without-question-mark',
    truth: 'The sender signs @query without its question mark.',
    madeBy: NODE,
    count: 4,
    make: (draft) =>
      writeSigned(messageParted, draft, {
        value: (name, value) => (name === '@query' ? value.slice(1) : value),
      }),
  },
  {
    cause: 'sender-signed-query-with-path',
    truth: 'The sender signs @path with the query behind it.',
    madeBy: NODE,
    count: 3,
    make: (draft) =>
      draft.url.includes('?')
        ? writeSigned(messageParted, draft, {
            value: (name, value) => (name === '@path' ? value + new URL(draft.url).search : value),
          })
        : undefined,
  },
  {
    cause: 'required-component-missing',
    truth: 'The signature covers the path and not the query.',
    madeBy: NODE,
    count: 3,
    make: (draft) =>
      writeSigned(messageParted, draft, { components: ['@method', '@authority', '@path', 'content-digest'] }),
  },
];

const PAIRS: readonly DirectRow[] = [
  {
    cause: 'wrong-public-key',
    truth: 'The receiver has the public key of another environment.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ id: 'partner-2026', secret: pemOf(ed25519Pair('other').publicKey) }],
  },
  {
    cause: 'sender-signed-digest-of-message',
    truth: 'The sender hashed the signature base first, and signed the digest.',
    madeBy: NODE,
    count: 3,
    make: (draft) =>
      writeSigned(messageEd, draft, {
        signBase: (base) =>
          sign(null, createHash('sha256').update(base).digest(), ed25519Pair('messages').privateKey),
      }),
  },
];

const CURVES: readonly DirectRow[] = [
  {
    cause: 'ecdsa-signature-in-other-form',
    truth: 'The signature is in DER, where RFC 9421 wants the two numbers one behind the other.',
    madeBy: NODE,
    count: 5,
    make: (draft) =>
      writeSigned(messageEc, draft, {
        signBase: (base) => sign('sha256', Buffer.from(base), messageEcPair.privateKey),
      }),
  },
];

export async function messageSignatureCases(): Promise<readonly Case[]> {
  const cases = [
    casesOfSender(messageHmac, [...writtenRows(messageHmac), ...ARRIVED, ...SECRETS]),
    casesOfSender(messageParted, PARTS),
    casesOfSender(messageEd, [...writtenRows(messageEd).slice(0, 8), ...ARRIVED.slice(0, 3), ...PAIRS]),
    casesOfSender(messageEc, CURVES),
  ];
  return (await Promise.all(cases)).flat();
}
