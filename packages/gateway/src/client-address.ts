/** The address of a request's client, where proxies stand before the gateway: from X-Forwarded-For, as far as they are trusted. */
import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';
import { trimSpace } from '@countersign/core/internal/white-space';
import { groupsOf } from './ipv6-groups.ts';

/** The addresses that share their first bits with one. */
export interface AddressRange {
  /** IPv4 or IPv6. */
  readonly address: string;
  /** 32 or 128: this address only. */
  readonly prefixBits: number;
}

/** Addresses and ranges of them. */
export interface AddressSet {
  /** @param address as `canonicalAddress` gives it. */
  has(address: string): boolean;
}

/** The proxies that are believed when they say whom a request came from. */
export type TrustedProxies = AddressSet;

/** How much of X-Forwarded-For is read, from its end: a client may write what it likes at its start. */
export const MAX_FORWARDED_CHARS = 8_192;
export const MAX_FORWARDED_ENTRIES = 50;

const MAPPED = '::ffff:';
const MAPPED_BITS = 96;

/** Undefined where there are none: then no header needs to be read. */
export function createTrustedProxies(ranges: readonly AddressRange[]): TrustedProxies | undefined {
  return ranges.length === 0 ? undefined : createAddressSet(ranges);
}

/** An empty list holds no address. */
export function createAddressSet(ranges: readonly AddressRange[]): AddressSet {
  // One list for both would find every IPv4 address in `::/80`, mapped.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const range of ranges) {
    const { address, prefixBits } = canonicalRange(range);
    const family = familyOf(address);
    lists[family].addSubnet(address, prefixBits, family);
  }
  return {
    has: (address) => {
      const family = familyOf(address);
      return lists[family].check(address, family);
    },
  };
}

/** A range of IPv4 addresses that are mapped into IPv6 is the range of those addresses: that is how they are compared. */
function canonicalRange({ address, prefixBits }: AddressRange): AddressRange {
  const canonical = canonicalAddress(address) ?? address;
  const isMapped = isIPv6(address) && isIPv4(canonical) && prefixBits >= MAPPED_BITS;
  return isMapped ? { address: canonical, prefixBits: prefixBits - MAPPED_BITS } : { address, prefixBits };
}

/**
 * The right-most address that is no trusted proxy's; the left-most one where all are. What is no address ends the
 * list: what stands before it is not believed.
 *
 * @param peer the trusted proxy that the request came from.
 * @param forwardedFor the values of all X-Forwarded-For fields in order, joined by commas.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string {
  if (forwardedFor === undefined) return peer;
  const firstChar = Math.max(0, forwardedFor.length - MAX_FORWARDED_CHARS);
  let address = peer;
  let end = forwardedFor.length;
  for (let n = 0; n < MAX_FORWARDED_ENTRIES; n++) {
    // -1 from 0 on would be found at 0.
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(',', end - 1);
    // A cut entry is not read: its end may look like an address.
    if (comma + 1 < firstChar) return address;
    const entry = readEntry(forwardedFor.slice(comma + 1, end));
    if (entry === undefined) return address;
    address = entry;
    if (comma < 0 || !proxies.has(address)) return address;
    end = comma;
  }
  return address;
}

/** An address in the one form that it is compared in: IPv4 also where it is mapped into IPv6, no zone; undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const mapped = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : '';
  return isIPv4(mapped) ? mapped : address;
}

/**
 * Whom a limit counts: an IPv4 address; of an IPv6 address its first 64 bits, for whoever has one has all of their
 * addresses (RFC 4291 §2.5.4, RFC 6177). What is no address is counted as it is.
 */
export function networkOf(text: string): string {
  const address = canonicalAddress(text);
  if (address === undefined || isIPv4(address)) return address ?? text;
  const groups = groupsOf(address).map((group) => group.toString(16));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** One entry as proxies write it: an address; with its port some of them; IPv6 then in brackets. A zone means nothing here. */
function readEntry(entry: string): string | undefined {
  const text = trimSpace(entry);
  if (text.length > 64 || text.includes('%')) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? canonicalAddress(bracketed) : undefined;
  return canonicalAddress(/^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
