/** What the connection says of who asks: from where, and whether the browser speaks TLS, also where a proxy ends it. */
import { authorityOf, type EffectiveRequest, type HeaderList } from '@countersign/core';
import { forwardedOrigin } from '@countersign/core/forwarded-origin';
import { canonicalAddress, clientAddress, networkOf, type TrustedProxies } from '../../client-address.ts';
import type { LogInSession } from './log-in-sessions.ts';

export interface Asker {
  /** The client's: what the audit log has. Empty where nobody knows it. */
  readonly address: string;
  /** The same, of IPv6 its network: what failed log-ins are counted by. */
  readonly network: string;
  readonly isHttps: boolean;
  /** What the browser sees, such as `https://console.example.com`. */
  readonly origin: string;
  /** Of the request's cookie. */
  readonly session: LogInSession | undefined;
}

/** The part of a request that is looked at, beside its head. */
export interface AskingRequest {
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    /** Of a TLS socket. */
    readonly encrypted?: boolean;
  };
}

export function createAskerReader(
  proxies: TrustedProxies | undefined,
): (request: AskingRequest, headers: HeaderList, effective: EffectiveRequest) => Omit<Asker, 'session'> {
  return ({ socket }, headers, effective) => {
    const { address, isTrusted } = clientOf(socket, headers, proxies);
    const forwarded = isTrusted ? forwardedOrigin(headers) : undefined;
    const isHttps = socket.encrypted === true || forwarded?.scheme === 'https';
    const scheme = isHttps ? 'https' : 'http';
    const authority = forwarded?.host ?? authorityOf(effective, scheme);
    return { address, network: networkOf(address), isHttps, origin: `${scheme}://${authority}` };
  };
}

/** @returns the client's address, empty where it is not known; and whether a trusted proxy says it */
export function clientOf(
  { remoteAddress }: AskingRequest['socket'],
  headers: HeaderList,
  proxies: TrustedProxies | undefined,
): { readonly address: string; readonly isTrusted: boolean } {
  const peer = canonicalAddress(remoteAddress ?? '') ?? '';
  if (proxies?.has(peer) !== true) return { address: peer, isTrusted: false };
  return { address: clientAddress(peer, headers.get('x-forwarded-for'), proxies), isTrusted: true };
}

/** Where nobody says: without a session, and with one count for all. */
export const UNKNOWN_ASKER: Asker = {
  address: '',
  network: '',
  isHttps: false,
  origin: '',
  session: undefined,
};
