/**
 * Connections to judged addresses only. A name is resolved once, all that it resolves to is judged, and the connection goes
 * to what was judged: a name that resolves otherwise a moment later (DNS rebinding) changes nothing.
 */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import {
  type AddressFault,
  type AddressJudge,
  type AddressPolicy,
  createAddressJudge,
} from './address-policy.ts';
import { loadUndici } from './load-undici.ts';

export interface PinnedConnectOptions {
  readonly policy: AddressPolicy;
  /** Default: undici's, 10,000. */
  readonly timeoutMs?: number;
  /** Default: undici's, true. */
  readonly allowH2?: boolean;
  /** Resolves names, below the policy. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}

/** No connection was made, because of where it would have gone. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  /** Such as `REFUSED_METADATA_ADDRESS`: some callers tell of an error by its code alone. */
  readonly code: string;

  constructor(host: string, fault: AddressFault) {
    super(`${host} was not called: ${FAULTS[fault]}.`);
    this.code = `REFUSED_${fault.toUpperCase().replace('-', '_')}_ADDRESS`;
  }
}

const FAULTS: Readonly<Record<AddressFault, string>> = {
  metadata: 'it is a cloud’s metadata service',
  loopback: 'it is this machine',
  'link-local': 'its address is a link’s own',
  private: 'its address is a private network’s',
  multicast: 'its address is a multicast group’s',
  reserved: 'its address is not one of the public internet',
  unreadable: 'what it resolves to is not an address',
};

/** Loads undici. What it makes fails with an AddressRefused. */
export async function createPinnedConnect(options: PinnedConnectOptions): Promise<buildConnector.connector> {
  const { policy, timeoutMs, allowH2, lookup = systemLookup } = options;
  const { buildConnector } = await loadUndici();
  const judge = createAddressJudge(policy);
  const connect = buildConnector({
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(allowH2 !== undefined && { allowH2 }),
    lookup: createJudgedLookup(judge, lookup),
  });
  return (target, callback) => {
    // Sockets look names up, never addresses.
    const fault = isIP(target.hostname) === 0 ? undefined : judge(target.hostname);
    if (fault === undefined) connect(target, callback);
    else queueMicrotask(() => callback(new AddressRefused(target.hostname, fault), null));
  };
}

/**
 * One address that must not be called condemns the name: nobody lists a public and an inner address for an honest reason,
 * and which of them is called would be up to whoever answers for the name.
 */
function createJudgedLookup(judge: AddressJudge, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, result) => {
      const addresses = typeof result === 'string' ? [] : (result ?? []);
      const fault = addresses
        .map(({ address }) => judge(address))
        .find((addressFault) => addressFault !== undefined);
      const [first] = addresses;
      if (error !== null) callback(error, []);
      else if (first === undefined || fault !== undefined)
        callback(new AddressRefused(host, fault ?? 'unreadable'), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
