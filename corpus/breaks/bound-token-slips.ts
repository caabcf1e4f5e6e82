/** Of key pairs, of tokens bound to a header or a key, of App Check's projects, and of shared tokens. */
import { createHash, sign as signBytes } from 'node:crypto';
import { draw, uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import { type Draft, headerOf, type Wire, withHeader } from '../base/wire.ts';
import { ecPair, pemOf, rsaPair } from '../senders/key-pairs.ts';
import { INCODE_LOGIN, INCODE_TOKEN } from '../senders/shared-tokens.ts';
import {
  accessOf,
  accessToken,
  approov,
  dpopWire,
  firebase,
  jwkOf,
  jwtEc,
  jwtPair,
  jwtRsa,
  type ProofParts,
  payOf,
  proofJwk,
  proofParts,
  signProof,
  signToken,
  type TokenParts,
  type TokenSender,
} from '../senders/token-senders.ts';
import { asItIs, type DirectRow, without } from './direct.ts';

const JOSE = versionOf('jose');
const NODE = versionOf('node');

const changedToken =
  (
    sender: TokenSender,
    change: (parts: TokenParts, draft: Draft, label: string) => TokenParts,
  ): DirectRow['make'] =>
  async (draft, _genuine, label) =>
    sender.carry(draft, await signToken(change(sender.parts(draft), draft, label)));

const otherEcKeys = [
  { secret: JSON.stringify({ keys: [await jwkOf(ecPair('other'), 'key-2026', 'ES256')] }), encoding: 'jwks' },
];

export const EC_TOKEN_SLIPS: readonly DirectRow[] = [
  {
    cause: 'ecdsa-signature-in-other-form',
    truth: "The token's signature is in DER, where JWS wants the two numbers one behind the other.",
    madeBy: NODE,
    count: 4,
    make: async (draft) => {
      const token = await signToken(jwtEc.parts(draft));
      const signed = token.slice(0, token.lastIndexOf('.'));
      return jwtEc.carry(
        draft,
        `${signed}.${signBytes('sha256', Buffer.from(signed), jwtPair.privateKey).toString('base64url')}`,
      );
    },
  },
  {
    cause: 'key-id-unknown',
    truth: "The issuer has rotated its keys: the token's kid is not in the receiver's key set.",
    madeBy: JOSE,
    count: 5,
    make: changedToken(jwtEc, (parts) => ({
      ...parts,
      header: { ...parts.header, kid: 'key-2027' },
      key: ecPair('next').privateKey,
    })),
  },
  {
    cause: 'wrong-public-key',
    truth: 'The receiver has a key set of another environment, with the same kid.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    keys: () => otherEcKeys,
  },
];

export const RSA_TOKEN_SLIPS: readonly DirectRow[] = [
  {
    cause: 'wrong-public-key',
    truth: 'The receiver has the public key of another issuer.',
    madeBy: NODE,
    count: 4,
    make: asItIs,
    keys: () => [{ secret: pemOf(rsaPair('other').publicKey), encoding: 'pem' }],
  },
  {
    cause: 'wrong-public-key',
    truth: 'The issuer has rotated its key; the receiver has the old one.',
    madeBy: JOSE,
    count: 3,
    make: changedToken(jwtRsa, (parts) => ({ ...parts, key: rsaPair('other').privateKey })),
  },
];

const bound = (value: (draft: Draft) => string): DirectRow['make'] =>
  changedToken(approov, (parts, draft) => ({ ...parts, claims: { ...parts.claims, pay: value(draft) } }));
const access =
  (change: (value: string) => string | undefined): DirectRow['make'] =>
  (_draft, genuine) =>
    withHeader(genuine, 'Authorization', change(headerOf(genuine, 'Authorization')));

export const APPROOV_SLIPS: readonly DirectRow[] = [
  {
    cause: 'bound-header-changed',
    truth: 'The app fetched a new access token, and kept an Approov token that is bound to the old one.',
    madeBy: NODE,
    count: 4,
    make: access(() => 'Bearer a-newer-access-token-of-the-same-user'),
  },
  {
    cause: 'bound-header-changed',
    truth: "A proxy put its own Authorization in place of the app's.",
    madeBy: NODE,
    count: 3,
    make: access(() => `Basic ${Buffer.from('gateway:internal').toString('base64')}`),
  },
  {
    cause: 'bound-header-changed',
    truth: 'A proxy made bearer of Bearer.',
    madeBy: NODE,
    count: 3,
    make: access((value) => value.replace('Bearer', 'bearer')),
  },
  {
    cause: 'bound-header-missing',
    truth: 'The header that the token is bound to did not come.',
    madeBy: NODE,
    count: 4,
    make: without('Authorization'),
  },
  {
    cause: 'binding-over-another-value',
    truth: 'The app binds the access token alone, without Bearer.',
    madeBy: JOSE,
    count: 4,
    make: bound((draft) => payOf(accessOf(draft).slice(7))),
  },
  {
    cause: 'binding-over-another-value',
    truth: 'The binding is in hex and not in base64.',
    madeBy: JOSE,
    count: 3,
    make: bound((draft) => createHash('sha256').update(accessOf(draft)).digest('hex')),
  },
  {
    cause: 'binding-over-another-value',
    truth: 'The binding is in base64url and not in base64.',
    madeBy: JOSE,
    count: 2,
    make: bound((draft) => createHash('sha256').update(accessOf(draft)).digest('base64url')),
  },
  {
    cause: 'token-without-binding',
    truth: 'The app has set no header to bind: the token has no pay.',
    madeBy: JOSE,
    count: 4,
    make: changedToken(approov, ({ claims: { pay: _pay, ...claims }, ...parts }) => ({ ...parts, claims })),
  },
  {
    cause: 'token-of-another-kind',
    truth: 'Without a connection the app sends the text of an error in place of the token.',
    madeBy: NODE,
    count: 3,
    make: (_draft, genuine) => withHeader(genuine, 'Approov-Token', 'NO_APPROOV_SERVICE'),
  },
];

export const FIREBASE_SLIPS: readonly DirectRow[] = [
  {
    cause: 'token-of-another-project',
    truth: 'The app belongs to another Firebase project.',
    madeBy: JOSE,
    count: 5,
    make: changedToken(firebase, (parts) => ({
      ...parts,
      claims: {
        ...parts.claims,
        iss: 'https://firebaseappcheck.googleapis.com/999888777666',
        aud: ['projects/999888777666', 'projects/acme-staging'],
      },
    })),
  },
  {
    cause: 'token-of-another-kind',
    truth: "The app sends the user's ID token of Firebase Authentication, and not that of App Check.",
    madeBy: JOSE,
    count: 4,
    make: changedToken(firebase, (parts, draft) => ({
      ...parts,
      claims: {
        iss: 'https://securetoken.google.com/acme-app',
        aud: 'acme-app',
        sub: 'user-1',
        iat: draft.at / 1000 - 60,
        exp: draft.at / 1000 + 3540,
        email: 'zoe@mail.example',
      },
    })),
  },
  {
    cause: 'token-of-another-kind',
    truth: 'The app sends the debug token of its console, and not what it is exchanged for.',
    madeBy: NODE,
    count: 3,
    make: (draft) => firebase.carry(draft, uuidOf(draft.id).toUpperCase()),
  },
  {
    cause: 'key-id-unknown',
    truth: "The issuer has rotated its keys: the token's kid is not in the receiver's key set.",
    madeBy: JOSE,
    count: 4,
    make: changedToken(firebase, (parts) => ({
      ...parts,
      header: { ...parts.header, kid: 'nEwKiD' },
      key: rsaPair('other').privateKey,
    })),
  },
  {
    cause: 'token-without-typ',
    truth: "The token's header does not say JWT.",
    madeBy: JOSE,
    count: 2,
    make: changedToken(firebase, ({ header: { typ: _typ, ...header }, ...parts }) => ({ ...parts, header })),
  },
];

const proof =
  (change: (parts: ProofParts, draft: Draft, label: string) => ProofParts): DirectRow['make'] =>
  async (draft, _genuine, label) => {
    const token = await accessToken(draft);
    return dpopWire(draft, token, await signProof(change(proofParts(draft, token), draft, label)));
  };
const claim = (claims: (draft: Draft, label: string) => Record<string, unknown>): DirectRow['make'] =>
  proof((parts, draft, label) => ({ ...parts, claims: { ...parts.claims, ...claims(draft, label) } }));
const arrived =
  (change: (wire: Wire) => Wire): DirectRow['make'] =>
  (_draft, genuine) =>
    change(genuine);
const withAccess =
  (cnf: Record<string, unknown> | undefined): DirectRow['make'] =>
  async (draft) => {
    const token =
      cnf === undefined ? await signToken({ ...(await plainParts(draft)) }) : await accessToken(draft, cnf);
    return dpopWire(draft, token, await signProof(proofParts(draft, token)));
  };
async function plainParts(draft: Draft): Promise<TokenParts> {
  const { claimsOf, DPOP_SECRET } = await import('../senders/token-senders.ts');
  const { createSecretKey } = await import('node:crypto');
  return {
    claims: claimsOf(draft),
    header: { alg: 'HS256', typ: 'at+jwt' },
    key: createSecretKey(Buffer.from(DPOP_SECRET)),
  };
}

export const DPOP_SLIPS: readonly DirectRow[] = [
  {
    cause: 'host-changed-by-proxy',
    truth: 'A proxy put its own name for the receiver into Host; the proof has the public one.',
    madeBy: JOSE,
    count: 5,
    make: arrived((wire) => ({
      ...withHeader(wire, 'Host', 'orders.internal:8080'),
      url: wire.url.replace('https://api.acme.example', 'http://orders.internal:8080'),
    })),
  },
  {
    cause: 'path-prefix-stripped',
    truth: 'A proxy took /v1 off the path; the proof has it.',
    madeBy: JOSE,
    count: 5,
    make: arrived((wire) => ({ ...wire, url: wire.url.replace('/v1/', '/') })),
  },
  {
    cause: 'path-prefix-added',
    truth: 'A proxy put /api before the path; the proof is without.',
    madeBy: JOSE,
    count: 3,
    make: arrived((wire) => ({ ...wire, url: wire.url.replace('/v1/', '/api/v1/') })),
  },
  {
    cause: 'redirect-turned-post-into-get',
    truth: 'A client followed a redirect with GET; the proof is for POST.',
    madeBy: JOSE,
    count: 3,
    make: claim(({ method }) => ({ htm: method === 'GET' ? 'POST' : 'GET' })),
  },
  {
    cause: 'sender-signed-method-in-lower-case',
    truth: "The proof's htm is in lower case.",
    madeBy: JOSE,
    count: 2,
    make: claim(({ method }) => ({ htm: method.toLowerCase() })),
  },
  {
    cause: 'sender-signed-path-for-url',
    truth: "The proof's htu is the path alone.",
    madeBy: JOSE,
    count: 3,
    make: claim(({ url }) => ({ htu: new URL(url).pathname })),
  },
  {
    cause: 'sender-signed-another-host',
    truth: "The proof's htu names the token endpoint, and not the resource.",
    madeBy: JOSE,
    count: 3,
    make: claim(() => ({ htu: 'https://issuer.example/token' })),
  },
  {
    cause: 'proof-for-another-token',
    truth: "The proof's ath is the digest of an older access token.",
    madeBy: JOSE,
    count: 4,
    make: claim(() => ({ ath: createHash('sha256').update('an older access token').digest('base64url') })),
  },
  {
    cause: 'proof-without-ath',
    truth: 'The proof has no ath: it was made as for the token endpoint.',
    madeBy: JOSE,
    count: 3,
    make: proof(({ claims: { ath: _ath, ...claims }, ...parts }) => ({ ...parts, claims })),
  },
  {
    cause: 'proof-too-old',
    truth: 'The proof was made once and is sent with every request.',
    madeBy: JOSE,
    count: 4,
    make: claim(({ at }, label) => ({ iat: at / 1000 - 90 - draw(label, 2000) })),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The client's clock is ahead.",
    madeBy: JOSE,
    count: 3,
    make: claim(({ at }, label) => ({ iat: at / 1000 + 90 + draw(label, 2000) })),
  },
  {
    cause: 'milliseconds-for-seconds',
    truth: "The proof's iat is in milliseconds.",
    madeBy: JOSE,
    count: 3,
    make: claim(({ at }) => ({ iat: at })),
  },
  {
    cause: 'proof-of-another-key',
    truth: 'The app made itself a new key, and kept an access token that is bound to the old one.',
    madeBy: JOSE,
    count: 4,
    make: withAccess({ jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }),
  },
  {
    cause: 'access-token-not-bound',
    truth: 'The access token was fetched without a proof, and is bound to no key.',
    madeBy: JOSE,
    count: 3,
    make: withAccess(undefined),
  },
  {
    cause: 'token-scheme-wrong',
    truth: 'The access token came as Bearer, and not as DPoP.',
    madeBy: JOSE,
    count: 4,
    make: arrived((wire) =>
      withHeader(wire, 'Authorization', headerOf(wire, 'Authorization').replace('DPoP ', 'Bearer ')),
    ),
  },
  {
    cause: 'proof-missing',
    truth: 'The request has no proof: a proxy passes only the headers that it knows.',
    madeBy: JOSE,
    count: 3,
    make: without('DPoP'),
  },
  {
    cause: 'proof-of-another-type',
    truth: "The proof's header says typ JWT.",
    madeBy: JOSE,
    count: 2,
    make: proof((parts) => ({ ...parts, header: { ...parts.header, typ: 'JWT' } })),
  },
  {
    cause: 'proof-without-key',
    truth: "The proof's header has a kid and no jwk.",
    madeBy: JOSE,
    count: 2,
    make: proof(({ header: { jwk: _jwk, ...header }, ...parts }) => ({
      ...parts,
      header: { ...header, kid: String(proofJwk.x).slice(0, 8) },
    })),
  },
  {
    cause: 'token-expired',
    truth: 'The access token had expired; the proof is fresh.',
    madeBy: JOSE,
    count: 3,
    make: async (draft) => {
      const later = { ...draft, at: draft.at + 7_200_000 };
      const token = await accessToken(draft);
      return dpopWire(later, token, await signProof(proofParts(later, token)));
    },
    now: ({ at }) => at / 1000 + 7201,
  },
];

const header =
  (value: (token: string) => string): DirectRow['make'] =>
  (_draft, genuine) =>
    withHeader(genuine, 'Authorization', value(INCODE_TOKEN));

export const BEARER_SLIPS: readonly DirectRow[] = [
  {
    cause: 'token-scheme-missing',
    truth: 'The header has the token alone, without Bearer.',
    madeBy: NODE,
    count: 4,
    make: header((token) => token),
  },
  {
    cause: 'token-with-bearer-before-it',
    truth: 'Bearer was typed into the field for the token: it stands there twice.',
    madeBy: NODE,
    count: 4,
    make: header((token) => `Bearer Bearer ${token}`),
  },
  {
    cause: 'token-scheme-wrong',
    truth: 'The token came as Basic.',
    madeBy: NODE,
    count: 3,
    make: header((token) => `Basic ${Buffer.from(token).toString('base64')}`),
  },
  {
    cause: 'token-in-quotes',
    truth: 'The token stands in quotes.',
    madeBy: NODE,
    count: 3,
    make: header((token) => `Bearer "${token}"`),
  },
  {
    cause: 'token-cut',
    truth: 'The token was cut on copying.',
    madeBy: NODE,
    count: 3,
    make: header((token) => `Bearer ${token.slice(0, -6)}`),
  },
  {
    cause: 'secret-in-other-case',
    truth: 'The token was made lower case.',
    madeBy: NODE,
    count: 2,
    make: header((token) => `Bearer ${token.toLowerCase()}`),
  },
  {
    cause: 'token-encoded-twice',
    truth: 'The token was encoded in base64.',
    madeBy: NODE,
    count: 2,
    make: header((token) => `Bearer ${Buffer.from(token).toString('base64')}`),
  },
  {
    cause: 'authorization-replaced-by-proxy',
    truth: 'A proxy put its own Basic credentials into Authorization.',
    madeBy: NODE,
    count: 3,
    make: header(() => `Basic ${Buffer.from('gateway:internal').toString('base64')}`),
  },
  {
    cause: 'token-header-missing',
    truth: 'The request came without the header of the token.',
    madeBy: NODE,
    count: 3,
    make: without('Authorization'),
  },
  {
    cause: 'token-under-another-header-name',
    truth: 'The token came in another header.',
    madeBy: NODE,
    count: 3,
    make: (_draft, genuine) =>
      withHeader(withHeader(genuine, 'Authorization', undefined), 'X-Api-Key', INCODE_TOKEN),
  },
  {
    cause: 'secret-with-line-end',
    truth: "The receiver's token has a line end behind it.",
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: `${INCODE_TOKEN}\n` }],
  },
  {
    cause: 'secret-in-quotes',
    truth: "The receiver's token stands in quotes.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: () => [{ secret: `"${INCODE_TOKEN}"` }],
  },
  {
    cause: 'wrong-secret',
    truth: 'The receiver has the token of another environment.',
    madeBy: NODE,
    count: 3,
    make: asItIs,
    keys: () => [{ secret: 'the token of another environment' }],
  },
  {
    cause: 'key-not-yet-valid',
    truth: "The sender has a token of the receiver's ring whose time has not begun.",
    madeBy: NODE,
    count: 2,
    make: asItIs,
    keys: (_label, { at }) => [
      { id: 'now', secret: 'the token that is good now, of the ring' },
      { id: 'next', secret: INCODE_TOKEN, fromMs: at + 7_200_000 },
    ],
  },
];

export const BASIC_SLIPS: readonly DirectRow[] = [
  {
    cause: 'basic-without-base64',
    truth: 'User and password stand in the header as they are, not in base64.',
    madeBy: NODE,
    count: 3,
    make: (_draft, genuine) => withHeader(genuine, 'Authorization', `Basic ${INCODE_LOGIN}`),
  },
  {
    cause: 'token-scheme-wrong',
    truth: 'The password came as Bearer.',
    madeBy: NODE,
    count: 2,
    make: (_draft, genuine) => withHeader(genuine, 'Authorization', `Bearer ${INCODE_LOGIN.split(':')[1]}`),
  },
  {
    cause: 'secret-with-line-end',
    truth: 'echo put a line end behind the credentials before base64.',
    madeBy: versionOf('bash'),
    count: 2,
    make: (_draft, genuine) =>
      withHeader(genuine, 'Authorization', `Basic ${Buffer.from(`${INCODE_LOGIN}\n`).toString('base64')}`),
  },
];
