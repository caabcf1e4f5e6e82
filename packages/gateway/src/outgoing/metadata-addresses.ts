/** Where clouds hand out their machines' credentials. No backend, platform or key set is there. */
import { isIPv4, isIPv6 } from 'node:net';
import { canonicalAddress } from '../client-address.ts';
import { embeddedIpv4s } from './embedded-ipv4.ts';

const METADATA: ReadonlySet<string> = new Set([
  // AWS, Azure, DigitalOcean, Google, OpenStack, Oracle and most others.
  '169.254.169.254',
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
  'fd00:ec2::254',
  // Credentials of ECS tasks and of EKS pods.
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
  // https://cloud.google.com/compute/docs/metadata/querying-metadata
  'fd20:ce::254',
  // Alibaba, Oracle, Tencent; Azure's WireServer, which is a public address and hands out certificates.
  '100.100.100.200',
  '192.0.0.192',
  '169.254.0.23',
  '168.63.129.16',
]);

/** A name that every machine of its cloud knows. Others are judged by the addresses that they resolve to. */
const METADATA_NAME = 'metadata.google.internal';

/** Whether an address is one of those, also where it is written into an IPv6 address. */
export function isMetadataAddress(address: string): boolean {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return false;
  if (METADATA.has(canonical)) return true;
  return isIPv6(canonical) && embeddedIpv4s(canonical).some((embedded) => METADATA.has(embedded));
}

/** Whether a host says by itself that it is one of those. @param hostname as `URL` gives it: IPv6 in brackets, IPv4 as four decimals. */
export function isMetadataHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isIPv4(host) || isIPv6(host) ? isMetadataAddress(host) : host.toLowerCase() === METADATA_NAME;
}
