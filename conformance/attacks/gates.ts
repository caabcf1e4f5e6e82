/** Attacks on the gate: keys that did not sign, other providers’ gates, and set-ups that a configuration must not have. */
import { createPublicKey, hash } from 'node:crypto';
import { actionFrom, createGate, writtenScheme } from '@countersign/core';
import { otherKey } from '../../packages/core/test/support/other-key.ts';
import type { Attack, Opened, PlaceId, Subject } from '../engine/model.ts';
import { withHeader } from '../engine/places.ts';
import { type MakeTrial, ofTrials } from './request-attack.ts';
import { resigned, signaturesIn, tokenIn } from './resign.ts';

const GATE: readonly PlaceId[] = ['gate'];
const NO_GATE = 'it is no gate';

interface Key {
  readonly secret: string;
  readonly id?: string;
}

function keysOf({ options }: Subject): readonly Key[] {
  return Array.isArray(options.keys) ? options.keys : [];
}

const secretOf = (subject: Subject): string =>
  keysOf(subject)
    .map(({ secret }) => secret)
    .join();

function otherKeys(subject: Opened): readonly MakeTrial[] {
  const [key] = keysOf(subject);
  const texts = [
    otherKey(key?.secret ?? ''),
    ...new Set(subject.others.filter((other) => other.provider === subject.provider).map(secretOf)),
  ].filter((text) => !keysOf(subject).some(({ secret }) => text.includes(secret)));
  return texts.map(
    (secret): MakeTrial =>
      ({ request, options }) => ({
        request,
        options: { ...options, keys: [{ ...key, secret }] },
        isStrange: true,
      }),
  );
}

/** Names that are another action’s than `own`, or none. */
const OTHER_ACTIONS = ['other', 'Own', 'own ', 'own/', 'own\0', 'o\u200bwn', '__proto__', ''];

/** The gate’s keys are bound to one action, and its request is sent to another, which has a key of its own. */
function otherActions(subject: Opened): readonly MakeTrial[] | string {
  const own = keysOf(subject);
  if (own.length === 0) return 'its keys come from an address';
  const bound = own.map((key) => ({ ...key, for: { action: 'own' } }));
  const second = {
    ...own[0],
    id: 'of-another',
    secret: otherKey(own[0]?.secret ?? ''),
    for: { action: 'other' },
  };
  return [...OTHER_ACTIONS, undefined].map(
    (asked): MakeTrial =>
      ({ request, options }) => ({
        request,
        options: { ...options, keys: [...bound, second], action: actionFrom('path', () => asked) },
        isStrange: true,
      }),
  );
}

/** One of each other provider. */
function strangers(subject: Opened): readonly Subject[] {
  const others = new Map(subject.others.map((other) => [other.provider, other]));
  others.delete(subject.provider);
  return [...others.values()];
}

/** The genuine proof as another provider’s gate looks for it, and nothing of that one’s own. */
function dressed(subject: Opened, other: Subject, how: number) {
  const { request, places } = subject;
  const [proof] = places.get('proof') ?? [];
  if (how === 0 || !proof) return request;
  const proofHeaders = proofHeadersOf(other);
  const own = signaturesIn(proof.text)[0];
  let changed = request;
  for (const [name, value] of other.request.headers) {
    if (/^(host|content-type)$/i.test(name)) continue;
    const isProof = proofHeaders.includes(name.toLowerCase()) && !/^\d+$/.test(value);
    const [piece, second] = tokenIn(value) ? [] : signaturesIn(value);
    const put = (text: string): void => {
      changed = withHeader(changed, name, text);
    };
    if (!isProof) put(value);
    else if (how === 1 || !piece || !own) put(proof.text);
    else
      put(
        value.slice(0, piece.at) +
          own.bytes.toString(piece.encoding) +
          // Another signature of that one’s own, which may be of an equal body, is no longer there.
          (second ? '' : value.slice(piece.at + piece.text.length)),
      );
  }
  return changed;
}

const proofHeadersAt = new Map<string, readonly string[]>();

function proofHeadersOf({ id, options }: Subject): readonly string[] {
  const headers = proofHeadersAt.get(id) ?? createGate(options).proofHeaders;
  proofHeadersAt.set(id, headers);
  return headers;
}

function atOthers(subject: Opened, isOwnKey: boolean): readonly MakeTrial[] {
  const [key] = keysOf(subject);
  return strangers(subject)
    .filter((other) => isOwnKey || !keysOf(other).some(({ secret }) => secretOf(subject).includes(secret)))
    .flatMap((other) =>
      [0, 1, 2].map(
        (how): MakeTrial =>
          () => ({
            request: dressed(subject, other, how),
            nowMs: subject.nowMs,
            options: isOwnKey
              ? { ...other.options, keys: [{ ...key, secret: key?.secret ?? '' }] }
              : other.options,
            isStrange: !isOwnKey,
          }),
      ),
    );
}

/** The corpus’s own public keys, in the forms that public keys are handed out in. */
function publicTexts({ others }: Opened): readonly string[] {
  const pems = new Set(
    others.map(secretOf).filter((secret) => secret.startsWith('-----BEGIN PUBLIC KEY-----')),
  );
  return [...pems].flatMap((pem) => {
    const key = createPublicKey(pem);
    const jwk = JSON.stringify(key.export({ format: 'jwk' }));
    return [
      pem,
      jwk,
      `{"keys":[${jwk}]}`,
      key.export({ type: 'spki', format: 'der' }).toString('base64'),
      ` ${jwk}\n`,
    ];
  });
}

/** The operator has put a public key where the secret belongs: anybody can sign. */
function publicSecrets(subject: Opened): readonly MakeTrial[] | string {
  if (!resigned(subject, 'x')) return 'its proof has no room for an HMAC';
  return publicTexts(subject).flatMap((text) =>
    [undefined, 'utf8', 'base64'].map(
      (encoding): MakeTrial =>
        () => {
          const request = resigned(subject, encoding === 'base64' ? Buffer.from(text, 'base64') : text);
          const keys = [{ secret: text, ...(encoding && { encoding }) }] as Opened['options']['keys'];
          return (
            request && {
              request,
              options: { ...subject.options, ...hmacOf(subject), ...(keys && { keys }) },
              isStrange: true,
            }
          );
        },
    ),
  );
}

/** A token’s gate whose algorithm nobody wrote down takes HMAC. */
function hmacOf({ options }: Opened): Partial<Opened['options']> {
  const { provider } = options;
  if (typeof provider !== 'object' || !('algorithm' in provider)) return {};
  const { algorithm: _, ...rest } = provider;
  return { provider: rest as typeof provider };
}

const E1 = {
  kty: 'RSA',
  n: Buffer.from([0x80, ...Array.from({ length: 254 }, (_, i) => (i * 37 + 11) & 255), 0x41]).toString(
    'base64url',
  ),
  e: 'AQ',
};

/** RSA with the exponent 1: the padding is its own signature (RFC 8017 §8.2.2). */
function exponentOne(subject: Opened): readonly MakeTrial[] | string {
  const [place] = subject.places.get('proof') ?? [];
  const token = place && tokenIn(place.text);
  if (!place || !token) return 'its proof is no token';
  return [E1, { ...E1, alg: 'RS256' }].map(
    (jwk): MakeTrial =>
      () => {
        const input = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${token.segments[1]}`;
        const signature = paddingOf(input).toString('base64url');
        return {
          request: withHeader(subject.request, 'authorization', `Bearer ${input}.${signature}`),
          options: { provider: { id: 'jwt-bearer', algorithm: 'RS256' }, keys: [JSON.stringify(jwk)] },
          isStrange: true,
        };
      },
  );
}

function paddingOf(input: string): Buffer {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = hash('sha256', input, 'buffer');
  const fill = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), fill, Buffer.from([0]), digestInfo, digest]);
}

/** A configuration reads a time that its message leaves out: who has one request sends it for ever, each time with a new time. */
function unsignedTimes(subject: Opened): readonly MakeTrial[] | string {
  const [time] = subject.places.get('time') ?? [];
  const { scheme, provider } = subject.options;
  const isOpen = subject.provider === 'hmac' || (scheme && 'message' in scheme && 'timestamp' in scheme);
  if (!time || !isOpen || (!scheme && !provider)) return 'its message is fixed by the provider';
  const options: Opened['options'] = scheme
    ? { ...subject.options, scheme: writtenScheme({ ...scheme, message: '{body}' }) }
    : { ...subject.options, provider: { id: 'hmac', message: '{body}' } };
  const key = keysOf(subject)[0]?.secret ?? '';
  return [1, 299, 300, 301, 3600].map(
    (laterS): MakeTrial =>
      () => {
        const genuine = resigned(subject, key, Buffer.from(subject.request.body));
        const nowMs = subject.nowMs + laterS * 1000;
        return (
          genuine && {
            request: time.put(genuine, String(Math.floor(nowMs / 1000))),
            nowMs,
            options,
            before: { request: genuine, nowMs: subject.nowMs },
          }
        );
      },
  );
}

export const GATE_ATTACKS: readonly Attack[] = [
  ofTrials({
    id: 'other-action',
    summary: 'a gate whose keys are bound to another action than the request asks for',
    places: GATE,
    elsewhere: NO_GATE,
    trials: otherActions,
  }),
  ofTrials({
    id: 'other-key',
    summary: 'a gate with another key of the same form',
    places: GATE,
    elsewhere: NO_GATE,
    trials: otherKeys,
  }),
  ofTrials({
    id: 'other-gate',
    summary:
      'each other provider’s gate with its own key, with the proof unchanged and in that provider’s form',
    places: GATE,
    elsewhere: NO_GATE,
    trials: (subject) => atOthers(subject, false),
  }),
  ofTrials({
    id: 'same-key',
    summary: 'each other provider’s gate with this key, with the proof unchanged and in that provider’s form',
    places: GATE,
    elsewhere: NO_GATE,
    trials: (subject) => atOthers(subject, true),
  }),
  ofTrials({
    id: 'public-secret',
    summary: 'a gate whose secret is a public key’s text, and an HMAC with it',
    places: GATE,
    elsewhere: NO_GATE,
    trials: publicSecrets,
  }),
  ofTrials({
    id: 'exponent-one',
    summary: 'a gate whose RSA key has the exponent 1, and the padding as signature',
    places: GATE,
    elsewhere: NO_GATE,
    trials: exponentOne,
  }),
  ofTrials({
    id: 'unsigned-time',
    summary:
      'a gate that checks a timestamp that its message leaves out, and a later timestamp with the old signature',
    places: GATE,
    elsewhere: NO_GATE,
    trials: unsignedTimes,
  }),
];
