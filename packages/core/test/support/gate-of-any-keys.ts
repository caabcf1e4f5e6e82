/** A gate of any provider or declared scheme, with keys that fit it. */
import { createGate, type Gate, type KeySpec, SetupError } from '../../src/index.ts';
import { ED25519, NOW, P256, P521, RSA } from '../tokens/mint.ts';

const SECRET = Buffer.from('a secret of sixty-four characters, so that every algorithm is content').toString(
  'base64',
);
const ACCOUNT: KeySpec = { id: 'account-message', secret: Buffer.from('x'.repeat(32)).toString('base64') };

const PRIVATE = [RSA, P256, ED25519, P521].map(({ privateKey }) =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);

/** A set of keys fits some options: the first that a gate is built of. */
const KEYS: readonly (readonly (string | KeySpec)[])[] = [
  [SECRET, ACCOUNT],
  [SECRET],
  [`whsec_${Buffer.from('x'.repeat(32)).toString('base64')}`],
  [Buffer.from('a secret of thirty-two characters').toString('hex')],
  ['user:a secret of thirty-two characters'],
  ...PRIVATE.map((pem) => [pem]),
  [],
];

/** Its clock stands at `NOW`. @throws Error where no keys fit */
export function gateOfAnyKeys(options: object): Gate {
  for (const keys of KEYS) {
    try {
      return createGate({ ...options, keys, now: () => NOW } as Parameters<typeof createGate>[0]);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
    }
  }
  throw new Error('no keys fit');
}

/**
 * Claims that every demand is content with, but for those that its own gate mints.
 * @param choice the provider or scheme, which may name the issuer’s project
 */
export function claimsFor(choice: object): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(choice);
  const project = /"projectNumber":"?(\d+)/.exec(text)?.[1];
  const issuer = project === undefined ? 'a' : `https://firebaseappcheck.googleapis.com/${project}`;
  return {
    exp: NOW / 1000 + 300,
    sub: 'ada',
    ...(OF_SENDERS.test(text)
      ? {}
      : { iss: issuer, aud: ['b', 'c', 'projects/123456789012', 'projects/1234567890', 'projects/1'] }),
    ip: '192.0.2.1',
  };
}

/** Their tokens say whose they are, as the gate says it. */
const OF_SENDERS = /messagebird|upstash|vonage|pubsub/;
