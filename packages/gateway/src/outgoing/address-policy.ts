/** Which addresses an outgoing call may go to. Judged after resolution, so that no spelling and no name gets past it. */
import { BlockList, isIPv4 } from 'node:net';
import { canonicalAddress } from '../client-address.ts';
import { embeddedIpv4s } from './embedded-ipv4.ts';
import { isMetadataAddress } from './metadata-addresses.ts';

/**
 * `configured`: the operator's own file says where to, which is taken as written; a cloud's metadata service alone is
 * refused. `public`: the address comes from a request, a sender's data or the API, and must be on the public internet.
 */
export type AddressPolicy = 'configured' | 'public';

/** Why an address is refused. `unreadable`: it is none, or no resolver's spelling of one. */
export type AddressFault =
  | 'metadata'
  | 'loopback'
  | 'link-local'
  | 'private'
  | 'multicast'
  | 'reserved'
  | 'unreadable';

/** @param address as a resolver gives it. Undefined: a call may go there. */
export type AddressJudge = (address: string) => AddressFault | undefined;

type Ranges = Readonly<Partial<Record<AddressFault, readonly string[]>>>;

/** IANA's registry of special-purpose addresses (RFC 6890), and multicast. */
const IPV4_RANGES: Ranges = {
  loopback: ['127.0.0.0/8'],
  'link-local': ['169.254.0.0/16'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  multicast: ['224.0.0.0/4'],
  reserved: [
    '0.0.0.0/8',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
  ],
};

/** The same for IPv6; whatever else is outside 2000::/3 is reserved too. 2001::/23 holds Teredo, and 2002::/16 is 6to4. */
const IPV6_RANGES: Ranges = {
  loopback: ['::1/128'],
  'link-local': ['fe80::/10'],
  private: ['fc00::/7', 'fec0::/10'],
  multicast: ['ff00::/8'],
  reserved: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
};
const IPV6_PUBLIC = '2000::/3';
/** A translator sends on to the IPv4 address in its last 32 bits (RFC 6052 §2.1): all that a network without IPv4 has. */
const NAT64 = '64:ff9b::/96';

export function createAddressJudge(policy: AddressPolicy): AddressJudge {
  const isInside = policy === 'public' ? createPublicJudge() : () => undefined;
  return (address) => {
    const canonical = canonicalAddress(address);
    if (canonical === undefined) return 'unreadable';
    return isMetadataAddress(canonical) ? 'metadata' : isInside(canonical);
  };
}

function createPublicJudge(): AddressJudge {
  const [ipv4, ipv6] = [createTable(IPV4_RANGES, 'ipv4'), createTable(IPV6_RANGES, 'ipv6')];
  const [publicIpv6, nat64] = [createList([IPV6_PUBLIC], 'ipv6'), createList([NAT64], 'ipv6')];
  return (address) => {
    if (isIPv4(address)) return ipv4(address);
    const [translated = ''] = nat64.check(address, 'ipv6') ? embeddedIpv4s(address) : [];
    if (translated !== '') return ipv4(translated);
    return ipv6(address) ?? (publicIpv6.check(address, 'ipv6') ? undefined : 'reserved');
  };
}

function createTable(ranges: Ranges, family: 'ipv4' | 'ipv6'): AddressJudge {
  const lists = Object.entries(ranges).map(([fault, list]) => ({
    fault: fault as AddressFault,
    list: createList(list, family),
  }));
  return (address) => lists.find(({ list }) => list.check(address, family))?.fault;
}

function createList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
