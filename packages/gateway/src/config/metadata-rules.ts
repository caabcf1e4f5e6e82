/** No address that the gateway calls is a cloud's metadata service, as far as it can be seen without a resolver. */
import { isMetadataHost } from '../outgoing/metadata-addresses.ts';
import type { Finding } from './finding.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

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
