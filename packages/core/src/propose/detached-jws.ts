/** The schemes of a request with a detached JSON Web Signature. */
import type { SignedRequest } from '../model.ts';
import { JWT_ALGORITHMS } from '../schemes/jwt/algorithms.ts';
import { MAX_CHARS, type StandardCandidate } from './standard-candidate.ts';
import { jsonSegment } from './token-schemes.ts';

const DETACHED = /^([\w-]+)\.\.[\w-]+$/;

/** Each parameter of the signature’s header that is text may be the one that names what is covered. */
export function* detachedCandidates({ headers }: SignedRequest): Generator<StandardCandidate> {
  for (const [name, text] of headers) {
    const parameters = text.length > MAX_CHARS ? undefined : jsonSegment(DETACHED.exec(text)?.[1] ?? '');
    const algorithm = parameters?.['alg'];
    if (typeof algorithm !== 'string' || !JWT_ALGORITHMS.includes(algorithm) || headers.count(name) > 1)
      continue;
    const usual = ['alg', 'kid', 'typ', 'jku', 'cty', 'x5t', 'x5u'];
    const texts = Object.entries(parameters ?? {}).filter(
      ([parameter, value]) => typeof value === 'string' && !usual.includes(parameter),
    );
    for (const pathEnd of [{}, { pathEnd: 'either' }]) {
      for (const [headersParameter, value] of [...texts, ['headers', '']]) {
        const covered = String(value).toLowerCase().split(',').filter(Boolean);
        if (covered.some((header) => headers.count(header) !== 1)) continue;
        const requiredHeaders = covered.length > 0 ? { requiredHeaders: covered } : {};
        const scheme = {
          type: 'detached-jws',
          algorithm,
          header: name.toLowerCase(),
          headersParameter,
          ...requiredHeaders,
          ...pathEnd,
        };
        yield { scheme, signedMs: undefined };
      }
    }
  }
}
