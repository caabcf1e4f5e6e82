/** Declarations of the types beside templates: tokens, detached and message signatures, Signature Version 4. */
import fc from 'fast-check';
import type { Draft } from '../../src/index.ts';
import type { RawOptions } from '../../src/options.ts';
import type { RandomDeclaration } from './random-declarations.ts';
import {
  PAIRS,
  type Pair,
  type RandomRequest,
  randomRequest,
  secretText,
  word,
} from './random-ingredients.ts';

interface Ingredients {
  readonly word: string;
  readonly secret: string;
  readonly requests: readonly [RandomRequest, RandomRequest];
  readonly pick: number;
  readonly other: number;
}

const ingredients: fc.Arbitrary<Ingredients> = fc.record({
  word,
  secret: secretText.map((text) => `${text}-of-thirty-two-characters-and-more-than-sixty-four`),
  requests: fc.tuple(randomRequest, randomRequest),
  pick: fc.nat({ max: 999 }),
  other: fc.nat({ max: 999 }),
});

interface Form {
  readonly scheme: RawOptions;
  /** Absent: the secret signs. */
  readonly pair?: Pair;
  readonly keyId?: string;
  readonly draftOf?: (values: RandomRequest) => Partial<Draft>;
}

function pickOf<T>(at: number, choices: readonly T[]): T {
  return choices[at % choices.length] as T;
}

const SIGNERS: readonly { readonly algorithm: string; readonly pair?: Pair }[] = [
  { algorithm: 'HS256' },
  { algorithm: 'HS384' },
  { algorithm: 'HS512' },
  { algorithm: 'RS256', pair: PAIRS.rsa },
  { algorithm: 'PS256', pair: PAIRS.rsa },
  { algorithm: 'ES256', pair: PAIRS['ecdsa-p256-sha256'] },
  { algorithm: 'ES384', pair: PAIRS['ecdsa-p384-sha384'] },
  { algorithm: 'Ed25519', pair: PAIRS.ed25519 },
];

/** Where a token stands. */
const HOLDERS: readonly RawOptions[] = [
  {},
  { header: 'x-token' },
  { prefix: 'JWT ' },
  { header: 'x-token', prefix: 'Bearer ' },
  { prefix: '' },
];

const claimsOf = (values: RandomRequest): Partial<Draft> => ({
  claims: { iss: 'acme', jti: values.id, iat: Math.floor(values.timestampMs / 1000) },
});

function token({ pick, other }: Ingredients, bound: RawOptions): Form {
  const { algorithm, pair } = pickOf(pick, SIGNERS);
  return {
    scheme: { type: 'jwt', algorithm, ...pickOf(other, HOLDERS), issuer: 'acme', ...bound },
    ...(pair && { pair }),
    draftOf: claimsOf,
  };
}

const MESSAGE_SIGNERS: readonly { readonly algorithm: string; readonly pair?: Pair }[] = [
  { algorithm: 'hmac-sha256' },
  { algorithm: 'ed25519', pair: PAIRS.ed25519 },
  { algorithm: 'ecdsa-p256-sha256', pair: PAIRS['ecdsa-p256-sha256'] },
  { algorithm: 'ecdsa-p384-sha384', pair: PAIRS['ecdsa-p384-sha384'] },
  { algorithm: 'rsa-pss-sha512', pair: PAIRS.rsa },
  { algorithm: 'rsa-v1_5-sha256', pair: PAIRS.rsa },
];

export const TYPE_FORMS: Readonly<Record<string, (draw: Ingredients) => Form>> = {
  'a token': (draw) => token(draw, pickOf(draw.other, [{}, { maxAgeMs: 300_000 }])),
  'a token of the body': (draw) =>
    token(draw, {
      bodyClaim: pickOf<unknown>(draw.pick, [
        'body_hash',
        { name: 'payload', encoding: 'base64' },
        { name: 'digest', encoding: 'base64url' },
      ]),
    }),
  'a token of URL and body': (draw) =>
    token(draw, {
      urlClaim: pickOf<unknown>(draw.pick, [
        'url',
        { name: 'url_hash', hash: 'hex' },
        { name: 'u', hash: 'base64url' },
      ]),
      bodyClaim: 'sha',
      ...pickOf<RawOptions>(draw.other, [{}, { origin: 'http://api.example' }]),
    }),
  'a token of the query': (draw) =>
    token(draw, {
      queryHashClaim: pickOf<unknown>(draw.pick, ['qsh', { name: 'qsh', basePath: '/hook' }]),
    }),
  'a token bound to a header': (draw) => ({
    ...token(draw, { binding: ['x-device'] }),
    draftOf: (values) => ({ ...claimsOf(values), headers: { 'x-device': values.nonce } }),
  }),
  'a token with kid': (draw) => ({ ...token(draw, { bodyClaim: 'body' }), keyId: 'key-of-2026' }),
  'a shared token': ({ pick }) => ({
    scheme: {
      type: 'shared-token',
      ...pickOf<RawOptions>(pick, [
        {},
        { header: 'x-token' },
        { form: 'plain' },
        { header: 'x-auth', form: 'bearer' },
      ]),
    },
  }),
  'a detached signature': ({ pick, other }) => {
    const { algorithm, pair } = pickOf(pick, SIGNERS.slice(3));
    return {
      scheme: {
        type: 'detached-jws',
        algorithm,
        header: pickOf(other, ['tl-signature', 'x-jws-signature']),
        headersParameter: pickOf(pick, ['tl_headers', 'headers', 'crit_headers']),
        ...pickOf<RawOptions>(other, [
          { requiredHeaders: ['x-topic'] },
          { requiredHeaders: ['x-topic', 'x-request-id'] },
          {},
        ]),
        ...pickOf<RawOptions>(pick, [{}, { parameters: { version: '2' } }]),
      },
      ...(pair && { pair }),
      keyId: 'key-of-2026',
      draftOf: (values) => ({ headers: { ...values.headers, 'x-request-id': values.id } }),
    };
  },
  'a message signature': ({ pick, other }) => {
    const { algorithm, pair } = pickOf(pick, MESSAGE_SIGNERS);
    return {
      scheme: {
        type: 'http-message-signatures',
        algorithm,
        components: pickOf<unknown>(other, [
          ['@method', '@target-uri', 'content-digest'],
          ['@method', '@authority', '@path', '@query', 'content-digest', 'x-topic'],
          ['@request-target', 'x-topic', 'content-digest'],
          ['content-digest'],
          'x-topic',
        ]),
        ...pickOf<RawOptions>(pick, [
          {},
          { required: ['nonce'] },
          { required: ['expires', 'keyid'] },
          { tag: 'acme', required: 'tag' },
        ]),
        ...pickOf<RawOptions>(other, [
          {},
          { digest: 'sha-512' },
          { byteEncoding: 'base64url' },
          { label: 'acme' },
          { origin: 'http://api.example' },
        ]),
      },
      ...(pair && { pair }),
      draftOf: (values) => ({ headers: { ...values.headers }, nonce: values.nonce }),
    };
  },
  'Signature Version 4': ({ pick, other }) => ({
    scheme: {
      type: 'aws-sigv4',
      region: pickOf(pick, ['us-east-1', 'eu-central-1']),
      service: pickOf(other, ['execute-api', 's3', 'lambda']),
      ...pickOf<RawOptions>(pick, [{}, { signedHeaders: ['x-topic'] }, { unsignedPayload: true }]),
    },
    keyId: 'AKIDEXAMPLE',
  }),
};

/** Each type as often as any other. */
export const randomType: fc.Arbitrary<RandomDeclaration> = fc
  .tuple(fc.constantFrom(...Object.keys(TYPE_FORMS)), ingredients)
  .map(([name, draw]) => {
    const { scheme, pair, keyId, draftOf }: Form = TYPE_FORMS[name]?.(draw) ?? { scheme: {} };
    const secret = pair?.privatePem ?? draw.secret;
    return {
      scheme,
      key: { secret, ...(keyId !== undefined && { id: keyId }) },
      secret: pair?.publicPem ?? draw.secret,
      method: 'POST',
      path: '/hook/a',
      requests: draw.requests,
      hasForm: false,
      ...(draftOf && { draftOf }),
    };
  });
