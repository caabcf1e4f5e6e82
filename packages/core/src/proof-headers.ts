/** Headers that no proof can sit in: connections, proxies and servers write them. */
import type { Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';

/** RFC 9110 §7.2, §7.6.1, §8.6; RFC 9112 §6.1, §7.1.2; and what proxies tell of the client. */
const TAKEN: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** @throws SetupError where a scheme looks for its proof in one of them. */
export function checkProofHeaders({ headers }: Pick<Scheme, 'headers'>, option: string): void {
  const taken = headers.proof.find((name) => TAKEN.has(name));
  if (taken === undefined) return;
  throw new SetupError(
    option,
    `the header ${taken} can carry no proof: connections, proxies and servers write it`,
    'Name another header, e.g. x-signature or authorization.',
  );
}
