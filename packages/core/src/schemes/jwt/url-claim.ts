/** A claim that holds the URL that the request was sent to, or its SHA-256. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { Origin } from '../../effective-request.ts';
import { HeaderList } from '../../headers.ts';
import type { CoveredPart, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { utf8 } from '../../text/bytes.ts';
import { GIVE_HOST } from '../host-remedies.ts';
import { readUrl } from '../request-url.ts';
import type { BoundClaim } from './bound-claim.ts';
import { type HashEncoding, hashText, isSameHash } from './hash-text.ts';

export interface UrlClaimOptions {
  /** How its SHA-256 is written. Absent: the claim is the URL itself. */
  readonly hash?: HashEncoding;
}

const COVERS: readonly CoveredPart[] = ['scheme', 'host', 'path', 'query'];

const REMEDY =
  'Have the sender call the address that its token names. Behind a proxy that writes the target anew, set the gate’s origin, or listen.trustedProxies.';

/**
 * The URL is scheme, authority, path and query as received; the host in lower case, the scheme’s own port left out.
 * Where neither the gate’s origin, a trusted proxy nor the target says the scheme, it counts as https.
 */
export function urlClaim(name: string, { hash }: UrlClaimOptions = {}): BoundClaim {
  const shared = { name, covers: COVERS, warnings: [], remedy: REMEDY, mayBeAbsent: () => false };
  return hash === undefined
    ? { ...shared, says: 'the request’s URL', value: requestUrl, isSame: isSameUrl }
    : {
        ...shared,
        says: `the SHA-256 of the request’s URL in ${hash}`,
        value(request, origin) {
          const url = requestUrl(request, origin);
          if (typeof url !== 'string') return url;
          return andThen(backend.sha256([utf8(url)]), (bytes) => hashText(bytes, hash));
        },
        isSame: (text, value) => isSameHash(text, value, hash),
      };
}

function requestUrl(request: SignedRequest, origin: Origin | undefined): string | Objection {
  const url = readUrl(request, origin, NO_HOST);
  if ('reason' in url) return url;
  const { base, path, query } = url;
  return `${base}${path}${query === undefined ? '' : `?${query}`}`;
}

const NO_HOST: Objection = objection(
  'binding-mismatch',
  'the token covers the host; there is none',
  GIVE_HOST,
);

/** A claim may write the host in capitals, the scheme’s own port, or no path: all of that is one URL. */
function isSameUrl(text: string, value: string): boolean {
  if (text === value) return true;
  if (!/^https?:/i.test(text)) return false;
  const url = requestUrl({ method: 'GET', url: text, headers: NO_HEADERS, body: NO_BODY }, undefined);
  return url === value;
}

const NO_HEADERS: HeaderList = /* @__PURE__ */ new HeaderList([]);
const NO_BODY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
