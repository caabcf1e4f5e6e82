/** Keys that are fetched one by one, each by the `kid` that a token names. */
import { SECOND } from '../../freshness.ts';
import { isArray } from '../../given.ts';
import type { KeyFinder } from '../../key-finder.ts';
import type { KeyLookup } from '../../key-lookup.ts';
import type { Jwk } from '../../keys/jwk.ts';
import type { KeyInfo, KeyRing, KeySpec } from '../../keys.ts';
import { type Objection, objection } from '../../objection.ts';
import { withPauses } from '../../pause.ts';
import type { KeyContext } from '../../scheme.ts';
import { isObject } from '../../text/is-object.ts';
import { createTokenBucket } from '../../token-bucket.ts';
import { refuseToSign } from '../refuse-to-sign.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import { fetchKeyJson } from './fetch-key-set.ts';
import type { KeyUrl } from './key-url.ts';
import { publicJwk } from './token-key.ts';
import { tokenKeyRing } from './token-key-ring.ts';

/** What makes a ring of keys that are not listed. */
export interface KeySource {
  /** Where they are; may hold what is for the gate alone. */
  readonly url: string;
  create(algorithms: readonly PublicKeyJwtAlgorithm[], context: KeyContext): KeyRing;
}

/** More keys than an issuer has in use at one time. */
const MAX_KEPT_KEYS = 32;

/** Whoever names ids that there are none of has the address asked so often, and no more. */
const MISSES = { atOnce: 10, perSecond: 0.5 };

/** Filled into the address and the body as it is: no character of it has a meaning there, and it is no step to another folder. */
const KID = /^[A-Za-z0-9][\w.~-]{0,127}$/;

/** Keys of an address that answers with one at a time. */
export function keyById(source: KeyUrl): KeySource {
  return { url: source.url, create: (algorithms, context) => createKeyByIdRing(source, algorithms, context) };
}

function createKeyByIdRing(
  source: KeyUrl,
  algorithms: readonly PublicKeyJwtAlgorithm[],
  context: KeyContext,
): KeyRing {
  // The gate’s clock, as far as requests tell it.
  const clock = { nowMs: 0 };
  const lookup: KeyLookup = {
    finder: finderOf(source, context),
    maxAgeMs: source.maxAgeMs,
    // The fetch has the time-out itself, and says more of what happened.
    timeoutMs: 2 * source.timeoutMs,
    maxNames: MAX_KEPT_KEYS,
    ringOf: (specs, name) => withPauses(tokenKeyRing(specs, algorithms, name)),
    now: () => clock.nowMs,
  };
  let loaded: Pick<KeyRing, 'list' | 'find'> | undefined;
  async function load(): Promise<Pick<KeyRing, 'list' | 'find'>> {
    const { createLookup } = await import('../../key-lookup.ts');
    // Several requests may have waited for it: the first has made it for all.
    loaded ??= createLookup(lookup);
    return loaded;
  }
  return {
    list: () => listOf(loaded?.list() ?? []),
    find(query) {
      clock.nowMs = query.nowMs;
      return loaded ? loaded.find(query) : load().then(({ find }) => find(query));
    },
    written: [],
    signing: () => refuseToSign('an address'),
  };
}

/** Before a key was asked for, one line stands for those that will be. */
function listOf(keys: readonly KeyInfo[]): readonly KeyInfo[] {
  return keys.length > 0 ? keys : [{ id: 'by-kid', state: 'active', hits: 0, warnings: [] }];
}

function finderOf(source: KeyUrl, context: KeyContext): KeyFinder {
  return {
    what: 'source',
    asList: 'Look at what the address of keys answers: it must be one public key as a JWK.',
    misses: createTokenBucket(MISSES),
    namesOf: ({ namedKeyId }) => (namedKeyId !== undefined && KID.test(namedKeyId) ? [namedKeyId] : []),
    ask: async (kid) => fetchKey(source, kid as string, context),
    read: (answer) => (isArray(answer) ? { specs: answer } : String(answer)),
    none: (kid) => (kid === undefined ? NAMELESS : NONE),
    ringName: (kid) => kid,
  };
}

const NAMELESS: Objection = objection(
  'unknown-key',
  'the token names no key that could be asked for',
  'The issuer must name its key in the token’s header: kid, of letters, digits and . _ ~ -, at most 128.',
);

const NONE: Objection = objection(
  'unknown-key',
  'the address of keys has none of the id that the token names',
  'Look at who sends the token. If it is genuine, compare the address, and what the gate sends there, with the issuer’s page.',
);

/** One key, none, or what is wrong with the answer: a text that goes on from `the source of keys`. */
async function fetchKey(
  { url, headers, body, member, until, timeoutMs, maxBytes }: KeyUrl,
  kid: string,
  { fetch }: KeyContext,
): Promise<readonly KeySpec[] | string> {
  const answer = await fetchKeyJson(
    { url: url.replaceAll('{kid}', kid), fetch, timeoutMs, maxBytes },
    {
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { method: 'POST', body: body.replaceAll('{kid}', kid) }),
    },
  );
  if ('fault' in answer) {
    // What is not known there is said by either.
    return answer.status === 400 || answer.status === 404 ? [] : answer.fault.replace(/^it /, '');
  }
  const jwk = member === undefined ? answer.json : answer.json[member];
  return isObject(jwk) ? specsOf(jwk, kid, until) : 'answered without a key';
}

/** Without a private half: it proves tokens, and signs none. */
function specsOf(jwk: Jwk, kid: string, until: string | undefined): readonly KeySpec[] | string {
  if (jwk['kid'] !== undefined && jwk['kid'] !== kid) return 'answered with a key of another id';
  const end = until === undefined ? undefined : (jwk[until] ?? undefined);
  if (end !== undefined && !Number.isSafeInteger(end)) return `answered with a key whose ${until} is no time`;
  return [
    {
      id: kid,
      secret: JSON.stringify(publicJwk(jwk)),
      encoding: 'jwk',
      ...(end !== undefined && { untilMs: (end as number) * SECOND }),
    },
  ];
}
