/**
 * Keys of certificates that requests name by their addresses: fetched on first need, kept until they end, fetched anew after a day. Addresses
 * without a good certificate are kept apart from those that have one, which they could crowd out: whoever floods chooses them.
 */
import { readCertificate } from '../../crypto/x509.ts';
import { dropOldest } from '../../drop-oldest.ts';
import { dateText, HOUR, SECOND } from '../../freshness.ts';
import type { PublicKeyForm } from '../../keys/key-form.ts';
import { certificateBytes } from '../../keys/pem.ts';
import type { FoundKeys, KeyInfo, KeyQuery, KeyRing, RingKey } from '../../keys.ts';
import type { MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import type { KeyContext } from '../../scheme.ts';
import { byteText } from '../../text/bytes.ts';
import { createTokenBucket, type TokenBucket } from '../../token-bucket.ts';
import { fetchPublished } from '../fetch-published.ts';
import { refuseToSign } from '../refuse-to-sign.ts';
import { fits } from './certificate-address.ts';
import type { CertificateSource } from './certificate-options.ts';

/** How long a certificate is used before it is fetched anew: who withdraws one takes it from its address. */
const MAX_AGE_MS = 24 * HOUR;
/** How long past that it is believed while none can be fetched. */
const MAX_OUTAGE_MS = 24 * HOUR;
/** The least time between two fetches of one address. */
const COOLDOWN_MS = 30 * SECOND;
const TIMEOUT_MS = 5 * SECOND;
const MAX_BYTES = 64 * 1024;

/** A vendor has one for each of its regions, and old ones beside them. */
const MAX_CERTIFICATES = 100;
const MAX_MISSES = 1000;
/** So many fetches may be on their way. */
const MAX_FETCHES = 8;
/** How often addresses that no good certificate came from are asked: whoever sends requests chooses them. */
const MISSES = { atOnce: 20, perSecond: 0.5 } as const;

interface Certified {
  readonly keys: readonly RingKey[];
  readonly info: KeyInfo & { hits: number };
  readonly endMs: number;
  /** When it was asked for. */
  readonly sinceMs: number;
}

interface Miss {
  readonly fault: Objection;
  readonly sinceMs: number;
}

interface RingState {
  readonly source: CertificateSource;
  readonly forms: readonly PublicKeyForm[];
  readonly context: KeyContext;
  readonly certified: Map<string, Certified>;
  readonly missed: Map<string, Miss>;
  readonly pending: Map<string, Promise<void>>;
  readonly misses: TokenBucket;
}

/** Builds the ring. @param forms one for each algorithm: a certificate’s key may prove by any */
export function createCertificateRing(
  source: CertificateSource,
  forms: readonly PublicKeyForm[],
  context: KeyContext,
): KeyRing {
  const state: RingState = {
    source,
    forms,
    context,
    certified: new Map(),
    missed: new Map(),
    pending: new Map(),
    misses: createTokenBucket(MISSES),
  };
  return {
    list: () => listOf(state),
    find: (query) => find(state, query),
    written: [],
    signing: () => refuseToSign('certificates'),
  };
}

/** @param query its first hint is the address, which was judged */
function find(state: RingState, { nowMs, keyHints }: KeyQuery): MaybePromise<FoundKeys> {
  const url = keyHints[0] as string;
  const certified = certifiedAt(state, url, nowMs);
  const ageMs = certified === undefined ? Number.POSITIVE_INFINITY : Math.abs(nowMs - certified.sinceMs);
  if (certified && ageMs < MAX_AGE_MS) return keysOf(certified);
  const refreshed = refresh(state, url, nowMs);
  // A slow host must not slow requests.
  return certified || !refreshed
    ? keysAt(state, url, nowMs)
    : refreshed.then(() => keysAt(state, url, nowMs));
}

/** One that has ended, or that nobody could fetch for long, is forgotten. */
function certifiedAt({ certified }: RingState, url: string, nowMs: number): Certified | undefined {
  const entry = certified.get(url);
  if (entry === undefined) return undefined;
  if (nowMs < entry.endMs && Math.abs(nowMs - entry.sinceMs) < MAX_AGE_MS + MAX_OUTAGE_MS) return entry;
  certified.delete(url);
  return undefined;
}

function keysAt(state: RingState, url: string, nowMs: number): FoundKeys {
  const certified = certifiedAt(state, url, nowMs);
  return certified ? keysOf(certified) : withoutKeys(state.missed.get(url)?.fault ?? TOO_MANY);
}

const TOO_MANY: Objection = objection(
  'keys-unavailable',
  'too many addresses of certificates were asked for, and no more are for now',
  'Look for a flood of requests that name addresses without a certificate; the sender should retry.',
);

function keysOf({ keys, info }: Certified): FoundKeys {
  return {
    list: () => [{ ...info }],
    usable: () => keys,
    unusable: () => [],
    outage: undefined,
  };
}

function withoutKeys(outage: Objection): FoundKeys {
  return { list: () => [], usable: () => [], unusable: () => [], outage };
}

/** One fetch at a time of an address, and one for each cooldown. Undefined where none may be made now. */
function refresh(state: RingState, url: string, nowMs: number): Promise<void> | undefined {
  const pending = state.pending.get(url);
  if (pending) return pending;
  const missed = state.missed.get(url);
  if (missed && Math.abs(nowMs - missed.sinceMs) < COOLDOWN_MS) return undefined;
  if (state.pending.size >= MAX_FETCHES) return undefined;
  if (!state.certified.has(url) && !state.misses.take(nowMs)) return undefined;
  const loading = load(state, url, nowMs).finally(() => state.pending.delete(url));
  state.pending.set(url, loading);
  return loading;
}

async function load(state: RingState, url: string, nowMs: number): Promise<void> {
  const certified = await certify(state, url, nowMs);
  if ('reason' in certified) {
    state.missed.set(url, { fault: certified, sinceMs: nowMs });
    dropOldest(state.missed, MAX_MISSES);
    if (certified.reason !== 'keys-unavailable') state.certified.delete(url);
    state.context.report(`${certified.problem}.`);
    return;
  }
  state.missed.delete(url);
  // A vendor’s own addresses, which are few, take nothing from those to come.
  if (!state.certified.has(url)) state.misses.giveBack();
  state.certified.set(url, certified);
  dropOldest(state.certified, MAX_CERTIFICATES);
}

async function certify(
  { source, forms, context, certified }: RingState,
  url: string,
  nowMs: number,
): Promise<Certified | Objection> {
  const request = { url, fetch: context.fetch, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
  const body = await fetchPublished({ ...request, accept: 'application/x-pem-file, */*' });
  if (typeof body === 'string') {
    return objection(
      'keys-unavailable',
      `the certificate of ${url} could not be fetched: ${body}`,
      'Look at the network between the gate and that host; requests are taken again once it answers.',
    );
  }
  const der = certificateBytes(byteText(body));
  const certificate = der ? readCertificate(der) : 'it is not a PEM of a certificate';
  if (typeof certificate === 'string') return notTaken(url, certificate);
  const { spki, endMs, names } = certificate;
  if (nowMs >= endMs) return notTaken(url, `it ended ${dateText(endMs)}`);
  if (!names.some((name) => fits(name, source.names)))
    return notTaken(url, 'it is for none of the names that the gate asks for');
  const hits = certified.get(url)?.info.hits ?? 0;
  // Its end is the sender’s: where the last one of a host has ended, the next message brings another.
  const counting: Certified['info'] = { id: url, state: 'active', hits, warnings: [] };
  try {
    const material = { kind: 'public', format: 'der', bytes: spki } as const;
    const keys = await Promise.all(
      forms.map(async ({ algorithm, variant, keys: reader }): Promise<RingKey> => {
        const proof = await reader.createProofKey(algorithm, material);
        return { info: counting, name: url, isNamed: true, variant, proof, hit: () => void counting.hits++ };
      }),
    );
    return { keys, info: counting, endMs, sinceMs: nowMs };
  } catch {
    return notTaken(url, 'its key is none for the gate’s algorithms');
  }
}

/** The sender’s word led there: whoever sent the request is none of the gate’s. */
function notTaken(url: string, fault: string): Objection {
  return objection(
    'unknown-key',
    `the certificate of ${url} is not taken: ${fault}`,
    'Compare it with what the sender publishes; where it has ended, the sender must sign with a newer one.',
  );
}

/** Before there is a certificate, one line stands for those to come. */
function listOf({ certified }: RingState): readonly KeyInfo[] {
  if (certified.size === 0) return [{ id: 'certificate', state: 'active', hits: 0, warnings: [] }];
  return [...certified.values()].map(({ info }) => ({ ...info }));
}
