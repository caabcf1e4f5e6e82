/** The IPv4 addresses that an IPv6 address may stand for: translators and tunnels send to them. */
import { groupsOf } from '../ipv6-groups.ts';

/**
 * Every reading of it. The last 32 bits are one for any prefix, because a network may have a translator's prefix of its
 * own (RFC 6052 §2.2); they also hold the mapped, compatible, SIIT, ISATAP and well-known NAT64 forms.
 */
export function embeddedIpv4s(address: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groupsOf(address);
  const addresses = [dotted(g, h)];
  // 6to4 (RFC 3056 §2).
  if (a === 0x2002) addresses.push(dotted(b, c));
  // Teredo: its server, and its client, inverted (RFC 4380 §4).
  if (a === 0x2001 && b === 0) addresses.push(dotted(c, d), dotted(~g & 0xffff, ~h & 0xffff));
  // NAT64 with a shorter prefix leaves bits 64 to 71 out: after 48, 56 and 64 bits (RFC 6052 §2.2, RFC 8215).
  if (a === 0x64 && b === 0xff9b) {
    const [low, high] = [e & 0xff, f >> 8];
    addresses.push(dotted(d, (low << 8) | high));
    addresses.push(dotted(((d & 0xff) << 8) | low, f));
    addresses.push(dotted((low << 8) | high, ((f & 0xff) << 8) | (g >> 8)));
  }
  return addresses;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}
