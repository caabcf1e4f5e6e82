/**
 * A claim that holds the SHA-256 of method, path and query in one canonical form: Atlassian’s query string hash.
 * @see https://developer.atlassian.com/cloud/bitbucket/query-string-hash
 */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import { effectiveRequest } from '../../effective-request.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { utf8 } from '../../text/bytes.ts';
import { compareText } from '../../text/compare-text.ts';
import { parseUrlencoded } from '../../text/form.ts';
import { percentEncoded, UNRESERVED } from '../../text/percent.ts';
import type { BoundClaim } from './bound-claim.ts';
import { hashText, isSameHash } from './hash-text.ts';

export interface QueryHashOptions {
  /** The path of the sender’s base URL, which its paths leave out: begins with `/` and does not end with one. Default none. */
  readonly basePath?: string;
}

/** In hex. */
export function queryHashClaim(name: string, { basePath = '' }: QueryHashOptions = {}): BoundClaim {
  return {
    name,
    covers: ['method', 'path', 'query'],
    says: 'the SHA-256 of the canonical method, path and query in hex',
    warnings: [{ code: 'unsigned-parameter-order' }, { code: 'unsigned-path-end' }],
    remedy:
      'Compare method, path and query with what the sender calls: look for a proxy that writes them anew. Where the sender’s base URL has a path, set basePath to it.',
    mayBeAbsent: () => false,
    value(request) {
      const text = canonicalRequest(request, basePath);
      if (typeof text !== 'string') return text;
      return andThen(backend.sha256([utf8(text)]), (hash) => hashText(hash, 'hex'));
    },
    isSame: (text, value) => isSameHash(text, value, 'hex'),
  };
}

/** `METHOD&path&query`. A method in other letters is another method (RFC 9110 §9.1). */
function canonicalRequest(request: SignedRequest, basePath: string): string | Objection {
  const effective = effectiveRequest(request);
  if ('reason' in effective) return effective;
  const { path } = effective;
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return ELSEWHERE;
  const query = canonicalQuery(effective.query ?? '');
  if (typeof query !== 'string') return query;
  return `${request.method}&${canonicalPath(path.slice(basePath.length))}&${query}`;
}

/** Its hash would be that of the same path below the base. */
const ELSEWHERE: Objection = objection(
  'binding-mismatch',
  'the token covers the path below the gate’s basePath, and the request’s path is not below it',
  'Have the sender call an address below its base URL; or correct basePath.',
);

/** Of a path below the base: `&` encoded, so that no path holds what ends it; without a slash at its end. */
function canonicalPath(own: string): string {
  const bare = own.endsWith('/') ? own.slice(0, -1) : own;
  return bare === '' ? '/' : bare.replaceAll('&', '%26');
}

/** Parameters by their encoded names; those of one name as one, their values in order with a comma between. */
function canonicalQuery(query: string): string | Objection {
  const fields = parseUrlencoded(query);
  if ('fault' in fields) {
    return objection(
      'binding-mismatch',
      `the token covers the query, which cannot be read: ${fields.fault}`,
      'Have the sender write its query as forms are written.',
    );
  }
  const values = new Map<string, string[]>();
  for (const { name, value } of fields) {
    const encodedName = percentEncoded(name, UNRESERVED);
    const encoded = percentEncoded(value, UNRESERVED);
    const others = values.get(encodedName);
    if (others === undefined) values.set(encodedName, [encoded]);
    else others.push(encoded);
  }
  return [...values]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, list]) => `${name}=${list.sort().join(',')}`)
    .join('&');
}
