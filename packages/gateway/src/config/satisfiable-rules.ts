/** What a configuration may say and can never be satisfied: each would start, and then fail at every request. */
import { canonicalAddress } from '../client-address.ts';
import type { Finding } from './finding.ts';
import { isMisfit, readAddress } from './read-text.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

/** An upstream that is the gateway itself: every request would go round. */
export function forwardTargetRules(tree: unknown, path: ValuePath, gate: unknown): readonly Finding[] {
  const to = isMapping(gate) && isMapping(gate['forward']) ? gate['forward']['to'] : undefined;
  const url = typeof to === 'string' ? URL.parse(to) : null;
  if (url === null) return [];
  const at = [...path, 'forward', 'to'];
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  for (const [name, fallback] of [
    ['public', '127.0.0.1:8787'],
    ['admin', '127.0.0.1:8788'],
  ] as const) {
    const text = valueAt(tree, ['listen', name]) ?? fallback;
    const own = typeof text === 'string' ? readAddress(text) : undefined;
    if (own === undefined || isMisfit(own) || own.port !== port) continue;
    if (reaches(url.hostname, own.host)) {
      const problem = `is listen.${name}: the gateway would pass requests on to itself`;
      return [{ path: at, problem, expected: 'the address of a backend' }];
    }
  }
  return [];
}

/** An `Authorization` header carries visible ASCII: another token could never be sent. */
export function adminTokenRules(tree: unknown): readonly Finding[] {
  const token = valueAt(tree, ['admin', 'token']);
  if (typeof token !== 'string' || token === '' || /^[\x21-\x7e]+$/.test(token)) return [];
  return [
    {
      path: ['admin', 'token'],
      problem: 'holds a blank, a line break or a letter beyond ASCII, which no bearer token can',
      expected: 'visible ASCII characters',
    },
  ];
}

/** Whether a request to `host` comes in at a listener on `own`. */
function reaches(host: string, own: string): boolean {
  const [to, at] = [plainHost(host), plainHost(own)];
  return to === at || (isHere(to) && isHere(at));
}

/** One spelling of each: no brackets, no dot at the end, IPv4 also where it is mapped into IPv6. */
function plainHost(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return canonicalAddress(name) ?? name;
}

/** Loopback; and every address, which a listener has and which, to call, is loopback. */
function isHere(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host.startsWith('127.') ||
    host === '0.0.0.0' ||
    host === '::'
  );
}
