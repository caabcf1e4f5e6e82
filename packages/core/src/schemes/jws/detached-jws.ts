/**
 * Detached JSON Web Signatures over a request: the header of the signature names the headers that it covers besides method,
 * path and body. Its payload is made anew of the request (RFC 7515 appendix F).
 */
import { andThen } from '../../and-then.ts';
import type { KeyQuery, KeyRing } from '../../keys.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import {
  type KeyRules,
  messageOf,
  type Passage,
  type Reading,
  type Scheme,
  type SigningDraft,
} from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { shownUrl } from '../../text/shown-url.ts';
import { coverageReport, sameWarnings } from '../coverage.ts';
import { createKeySetRing } from '../jwt/key-set-ring.ts';
import type { KeySetUrl } from '../jwt/key-set-url.ts';
import { tokenKeyRing } from '../jwt/token-key-ring.ts';
import { type DetachedHeader, malformed, readDetachedHeader } from './detached-header.ts';
import type { DetachedJwsOptions } from './detached-jws-options.ts';
import { detachedPayload, pathOf, withOtherEnd } from './detached-payload.ts';

interface DetachedFound {
  header: DetachedHeader | undefined;
  payload: string;
  /** Of the path with the other end. */
  otherPayload: string | undefined;
}

type DetachedPassage = Passage<DetachedFound>;

const COVERED = ['method', 'path', 'body'] as const;

export function createDetachedJwsScheme(options: DetachedJwsOptions): Scheme<DetachedFound> {
  const { header, requiredHeaders = [], algorithms, pathEnd } = options;
  const padded = algorithms.filter((algorithm) => algorithm.startsWith('RS'));
  return {
    name: options.name,
    proof: 'signature',
    keys: keysOf(options),
    coverage: coverageReport(COVERED, 'message', [
      { code: 'no-time' },
      ...sameWarnings(COVERED, undefined),
      ...(pathEnd === 'either' ? [{ code: 'unsigned-path-end' } as const] : []),
      ...(padded.length > 0 ? [{ code: 'rsa-pkcs1', algorithms: padded } as const] : []),
    ]),
    headers: { proof: [header], token: [], covered: requiredHeaders, bound: [] },
    handshakes: [],
    readsBody: true,
    open: () => ({ header: undefined, payload: '', otherPayload: undefined }),
    extractHead: (passage) => extractHead(options, passage),
    extractBody: (passage) => extractBody(passage, pathEnd === 'either'),
    readings: pathEnd === 'either' ? [{ ...AS_RECEIVED, name: 'path' }, OTHER_END] : [AS_RECEIVED],
    tell: ({ found }) => ({ coveredHeaders: headerOf(found).names.map((name) => name.toLowerCase()) }),
    replay: {
      by: 'message',
      uses: 1,
      singleUse: false,
      id: () => undefined,
      content: messageOf,
      untilMs: () => undefined,
      signedMs: () => undefined,
    },
    sign: (draft) => sign(options, draft),
    declared: { type: 'detached-jws', options, build: createDetachedJwsScheme },
  };
}

const AS_RECEIVED: Reading<DetachedFound> = {
  name: '',
  message: ({ found }) => [`${headerOf(found).segment}.`, found.payload],
};

const OTHER_END: Reading<DetachedFound> = {
  name: 'path-with-other-end',
  message: ({ found }) =>
    found.otherPayload === undefined ? undefined : [`${headerOf(found).segment}.`, found.otherPayload],
};

function headerOf({ header }: DetachedFound): DetachedHeader {
  return header as DetachedHeader;
}

function keysOf({ algorithms, keySet, defaultKeySet }: DetachedJwsOptions): KeyRules {
  return {
    forms: [],
    fromAddress: keySet !== undefined,
    *create(specs, context) {
      if (keySet && specs.length > 0)
        throw new SetupError('keys', 'the gate has keys and jwks', 'Give one of them.');
      const set = keySet ?? (specs.length === 0 ? defaultKeySet : undefined);
      return set
        ? ofAddress(createKeySetRing(set, algorithms, context), set)
        : yield* tokenKeyRing(specs, algorithms, context.name);
    },
  };
}

/** What a signature says of where its keys are is a stranger’s word: it may only say the same as the gate. */
function ofAddress(ring: KeyRing, { url }: KeySetUrl): KeyRing {
  const elsewhere = objection(
    'unknown-key',
    `the signature names another address of keys than the gate’s, ${shownUrl(url)}`,
    'Where the sender has several environments, set jwks to the address of the one that this gate is for; no other address is asked.',
  );
  return {
    ...ring,
    find(query) {
      const jku = jkuOf(query);
      if (jku === undefined || jku === url) return ring.find(query);
      return { list: () => ring.list(), usable: () => [], unusable: () => [], outage: elsewhere };
    },
  };
}

/** The pipeline asks for keys with its passage. */
function jkuOf(query: KeyQuery): unknown {
  return 'found' in query ? (query as DetachedPassage).found.header?.jku : undefined;
}

function extractHead(options: DetachedJwsOptions, passage: DetachedPassage): Objection | undefined {
  const { header } = options;
  const value = passage.request.headers.single(header);
  if (value === undefined || value === '')
    return objection('missing-signature', `the request has no ${header} header`);
  if (value === null) return malformed(`the header ${header} occurs twice`);
  const read = readDetachedHeader(options, value);
  if ('reason' in read) return read;
  const none: readonly Uint8Array[] = [];
  passage.signatures = options.algorithms.map((_, i) => (i === read.variant ? [read.signature] : none));
  passage.namedKeyId = read.kid;
  passage.found.header = read;
  return undefined;
}

function extractBody(
  { request, found }: DetachedPassage,
  isOfEither: boolean,
): MaybePromise<Objection | undefined> {
  const path = pathOf(request);
  if (typeof path !== 'string') return path;
  const { names } = headerOf(found);
  const other = isOfEither ? withOtherEnd(path) : undefined;
  return andThen(detachedPayload(request, path, names), (payload) => {
    if (typeof payload !== 'string') return payload;
    found.payload = payload;
    if (other === undefined) return undefined;
    return andThen(detachedPayload(request, other, names), (otherPayload) => {
      if (typeof otherPayload !== 'string') return otherPayload;
      found.otherPayload = otherPayload;
      return undefined;
    });
  });
}

/** Covers the headers that the gate demands. */
async function sign(options: DetachedJwsOptions, draft: SigningDraft): Promise<SignedRequest> {
  const { algorithms, header, headersParameter, parameters = {}, requiredHeaders = [] } = options;
  const { key, method, url, body } = draft;
  const path = pathOf(draft);
  const payload = typeof path === 'string' ? await detachedPayload(draft, path, requiredHeaders) : path;
  if (typeof payload !== 'string') {
    throw new SetupError('request', payload.problem, payload.remedy ?? 'Give the request as it is sent.');
  }
  const members = {
    alg: algorithms[key.variant],
    ...(key.isNamed && { kid: key.info.id }),
    ...parameters,
    [headersParameter]: requiredHeaders.join(','),
  };
  const segment = encodeBase64url(utf8(JSON.stringify(members)));
  const signature = encodeBase64url(await key.proof.sign([`${segment}.${payload}`]));
  return { method, url, body, headers: draft.headers.with(header, `${segment}..${signature}`) };
}
