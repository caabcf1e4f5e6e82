/** Where listeners are; and ranges of addresses as their bits. */
import { isIPv4, isIPv6 } from 'node:net';
import { type AddressRange, canonicalAddress } from '../client-address.ts';
import { groupsOf } from '../ipv6-groups.ts';

export interface ListenAddress {
  /** A host name or an IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

const MAPPED_BITS = 96;

/** The bits of an address, `32` or `128` of them as text. */
function bitsOf(address: string): string {
  if (isIPv4(address))
    return address
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  return groupsOf(address)
    .map((group) => group.toString(2).padStart(16, '0'))
    .join('');
}

/** The range’s first address, e.g. 10.0.0.0 of 10.0.0.1/8. */
export function networkAddress({ address, prefixBits }: AddressRange): string {
  const all = bitsOf(address);
  const bits = all.slice(0, prefixBits).padEnd(all.length, '0');
  if (isIPv4(address)) return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).join('.');
  const groups = (bits.match(/.{16}/g) ?? []).map((group) => Number.parseInt(group, 2).toString(16));
  return canonicalAddress(groups.join(':')) ?? address;
}

/** Whether the address is the first of its range: no bit is set beyond the prefix. */
export function isNetwork({ address, prefixBits }: AddressRange): boolean {
  return !bitsOf(address).slice(prefixBits).includes('1');
}

/** The bits that all addresses of a range have in common. IPv4 addresses that are mapped into IPv6 are IPv4 addresses. */
export function prefixOf({ address, prefixBits }: AddressRange): {
  readonly family: 4 | 6;
  readonly bits: string;
} {
  const canonical = canonicalAddress(address) ?? address;
  const isMapped = isIPv6(address) && isIPv4(canonical) && prefixBits >= MAPPED_BITS;
  if (isMapped) return { family: 4, bits: bitsOf(canonical).slice(0, prefixBits - MAPPED_BITS) };
  return { family: isIPv4(address) ? 4 : 6, bits: bitsOf(address).slice(0, prefixBits) };
}

/** Whether two ranges have an address in common. */
export function overlap(range: AddressRange, other: AddressRange): boolean {
  const [a, b] = [prefixOf(range), prefixOf(other)];
  return a.family === b.family && (a.bits.startsWith(b.bits) || b.bits.startsWith(a.bits));
}
