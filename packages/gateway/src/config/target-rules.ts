/** The addresses that the gateway is told to call: none is its own, and none a cloud's metadata service, as far as it can be seen without a resolver. */
import { isIPv4 } from 'node:net';
import { canonicalAddress } from '../client-address.ts';
import { isMetadataHost } from '../outgoing/metadata-addresses.ts';
import type { ListenAddress } from './addresses.ts';
import { DEFAULTS } from './defaults.ts';
import type { Finding } from './finding.ts';
import { isMisfit, readAddress } from './read-text.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

/** Where a listener binds; undefined where it does not, or where the text is no address. */
export function listenAddress(tree: unknown, name: 'public' | 'admin'): ListenAddress | undefined {
  const text = valueAt(tree, ['listen', name]) ?? DEFAULTS[name];
  const read = typeof text === 'string' ? readAddress(text) : undefined;
  return isMisfit(read) ? undefined : read;
}

/** An upstream that is the gateway itself: every request would go round. */
export function forwardTargetRules(tree: unknown, path: ValuePath, gate: unknown): readonly Finding[] {
  const to = isMapping(gate) && isMapping(gate['forward']) ? gate['forward']['to'] : undefined;
  const url = typeof to === 'string' ? URL.parse(to) : null;
  if (url === null) return [];
  const at = [...path, 'forward', 'to'];
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  for (const name of ['public', 'admin'] as const) {
    const own = listenAddress(tree, name);
    if (own === undefined || own.port !== port) continue;
    if (reaches(url.hostname, own.host)) {
      const problem = `is listen.${name}: the gateway would pass requests on to itself`;
      return [{ path: at, problem, expected: 'the address of a backend' }];
    }
  }
  return [];
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

/** Whether the system refuses a second listener there with the port of the first: `::` has the addresses of IPv4 as well. */
export function meet(host: string, other: string): boolean {
  const [a, b] = [plainHost(host), plainHost(other)];
  return (
    a === b || hasAll(a, b) || hasAll(b, a) || (isLocalhost(a) && isHere(b)) || (isLocalhost(b) && isHere(a))
  );
}

function hasAll(host: string, other: string): boolean {
  return host === '::' || (host === '0.0.0.0' && isIPv4(other));
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Loopback; and every address, which a listener has and which, to call, is loopback. */
function isHere(host: string): boolean {
  return (
    isLocalhost(host) || host === '::1' || host.startsWith('127.') || host === '0.0.0.0' || host === '::'
  );
}

interface CalledAddress {
  /** Below the gate or the session. */
  readonly at: ValuePath;
  readonly expected: string;
}

const OF_GATES: readonly CalledAddress[] = [
  { at: ['forward', 'to'], expected: 'the address of a backend' },
  { at: ['answer', 'register', 'apiUrl'], expected: 'the address of the platform’s API' },
  ...['provider', 'scheme'].flatMap((proof) =>
    [
      [proof, 'jwks'],
      [proof, 'jwks', 'url'],
      [proof, 'brand', 'url'],
      [proof, 'keyUrl', 'url'],
    ].map((at) => ({ at, expected: 'the address of the issuer’s key set' })),
  ),
];

const OF_SESSIONS: readonly CalledAddress[] = ['apiUrl', 'tokenUrl'].map((member) => ({
  at: [member],
  expected: 'the address of the vendor’s API',
}));

/** Every address of the configuration that is one. Names are judged when they are called, by what they resolve to. */
export function metadataRules(tree: unknown): readonly Finding[] {
  return [...findingsIn(tree, 'gates', OF_GATES), ...findingsIn(tree, 'sessions', OF_SESSIONS)];
}

function findingsIn(tree: unknown, part: string, called: readonly CalledAddress[]): readonly Finding[] {
  const owners = valueAt(tree, [part]);
  const names = isMapping(owners) ? Object.keys(owners) : [];
  return names.flatMap((name) =>
    called.flatMap(({ at, expected }) => {
      const path = [part, name, ...at];
      const text = valueAt(tree, path);
      const url = typeof text === 'string' ? URL.parse(text) : null;
      if (url === null || !isMetadataHost(url.hostname)) return [];
      return [{ path, problem: 'is a cloud’s metadata service', expected }];
    }),
  );
}
