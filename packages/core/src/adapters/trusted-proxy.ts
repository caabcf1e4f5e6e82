/** Whom the client spoke to and who it is, where one proxy that is trusted says so. */
import { forwardedOrigin } from '../forwarded-origin.ts';
import type { HeaderList } from '../headers.ts';
import type { SignedRequest } from '../model.ts';
import { trimSpace } from '../text/white-space.ts';

/** An IPv4 address as a socket of IPv6 shows it. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** @param peer the address at the other end of the connection, where it is known */
export function circumstancesOf(
  headers: HeaderList,
  peer: string | undefined,
  trustProxy: boolean,
): Pick<SignedRequest, 'remoteAddress' | 'forwarded'> {
  const address = (trustProxy ? lastHop(headers) : undefined) ?? peer;
  return {
    ...(address !== undefined && { remoteAddress: address.replace(MAPPED, '') }),
    ...(trustProxy && { forwarded: forwardedOrigin(headers) }),
  };
}

/** What the proxy itself added to X-Forwarded-For: its last entry. What stands before it the client may have written. */
function lastHop(headers: HeaderList): string | undefined {
  let last: string | undefined;
  for (const [name, value] of headers) if (name.toLowerCase() === 'x-forwarded-for') last = value;
  const entry = trimSpace(last?.slice(last.lastIndexOf(',') + 1) ?? '');
  return entry === '' ? undefined : entry;
}
