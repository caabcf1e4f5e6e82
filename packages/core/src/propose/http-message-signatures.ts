/** The schemes of a request with HTTP message signatures (RFC 9421). */
import { SECOND } from '../freshness.ts';
import type { SignedRequest } from '../model.ts';
import { PROFILE_NAMES, PROFILES } from '../schemes/message-signatures/profiles.ts';
import { ALGORITHM_WORDS } from '../schemes/message-signatures/published-options.ts';
import { otherOrigins } from './origins.ts';
import { MAX_CHARS, type StandardCandidate } from './standard-candidate.ts';

const LABELLED =
  /(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=\(([^)]*)\)((?:;[a-z*][\w.*-]*(?:=(?:"[^"]*"|[^;,"\s]+))?)*)/g;
const COMPONENT = /"([^"]+)"((?:;[a-z]+(?:="[^"]*")?)*)/g;
/** Of more signatures in one header the rest are not tried. */
const MAX_LABELS = 4;

/** Each signature with what it covers, by each algorithm; in the form of a profile where its tag is the profile’s. */
export function* messageSignatureCandidates(request: SignedRequest): Generator<StandardCandidate> {
  const { headers } = request;
  const text = headers.get('signature-input') ?? '';
  if (text.length > MAX_CHARS || headers.count('signature') !== 1) return;
  const labelled = [...text.matchAll(LABELLED)].slice(0, MAX_LABELS);
  for (const [, label, inner = '', parameters = ''] of labelled) {
    const components = [...inner.matchAll(COMPONENT)].map(([, name, more]) => `${name}${more}`);
    const tag = /;tag="([^"]*)"/.exec(parameters)?.[1];
    const created = Number(/;created=(\d{1,11})/.exec(parameters)?.[1] ?? Number.NaN) * SECOND;
    const has = (name: string): boolean => parameters.includes(`;${name}=`);
    const required = ['expires', 'nonce', 'keyid', 'tag'].filter(has);
    const own = {
      components: components.length === 0 ? 'none' : components,
      ...(labelled.length > 1 && { label }),
    };
    const plain = {
      ...own,
      ...(required.length > 0 && { required }),
      ...(!has('created') && { lifetime: 'unbounded' }),
      ...(tag !== undefined && { tag }),
    };
    const profiles = PROFILE_NAMES.filter((name) => tag !== undefined && PROFILES[name].tags.includes(tag));
    const origins = [{}, ...otherOrigins(request).map((origin) => ({ origin }))];
    for (const algorithm of ALGORITHM_WORDS) {
      for (const form of [...profiles.map((profile) => ({ profile, ...own })), plain]) {
        for (const byteEncoding of [{}, { byteEncoding: 'base64url' }]) {
          for (const origin of origins) {
            const scheme = {
              type: 'http-message-signatures',
              algorithm,
              ...form,
              ...byteEncoding,
              ...origin,
            };
            yield { scheme, signedMs: Number.isNaN(created) ? undefined : created };
          }
        }
      }
    }
  }
}
