/** Whom a gate lets in before it looks at a proof: by address, by TLS certificate, by how often it comes. Costs no crypto and reads no body. */
import type { MaybePromise } from '@countersign/core';
import { canonicalAddress, createAddressSet, networkOf } from '../client-address.ts';
import type { ClientsConfig, GateConfig, Rate, RateConfig } from '../config/config.ts';
import { meansSame } from '../config/unchanged-parts.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { RateRefusal, SharedRates } from '../redis/shared-rates.ts';
import type { ClientCertificate } from '../tls/client-certificate.ts';

/** Who comes. */
export interface Arrival {
  /** The client's: the socket's, or what trusted proxies say. */
  readonly remoteAddress: string;
  /** What the client has proved on its own connection. */
  readonly certificate: ClientCertificate | undefined;
}

export interface AdmissionRefusal {
  readonly reason: 'foreign-address' | 'missing-certificate' | 'foreign-certificate' | 'too-many-requests';
  /** For the operator. */
  readonly problem: string;
  /** For the operator. Absent: the reason's own. */
  readonly remedy?: string;
  /** Of the answer. */
  readonly headers?: readonly string[];
}

/** Whom a gate lets in. */
export interface Admission {
  /** Counts the request. Undefined: it may come in. A promise only where other gateways count too; it does not reject. */
  refuse(arrival: Arrival): MaybePromise<AdmissionRefusal | undefined>;
  /** For the gate that takes the place of this one. */
  readonly rate: GateRate | undefined;
}

export interface AdmissionParts {
  readonly now: () => number;
  /** Milliseconds that nobody sets back. */
  readonly monotonicMs: () => number;
  /** Limits that other gateways count too. Default: this gateway alone counts. */
  readonly sharedRates?: ((gate: GateConfig, limits: RateConfig) => SharedRates | undefined) | undefined;
}

/** @param earlier of the gate whose place it takes: its counts go on where the limits are the same @returns undefined where anybody may come in */
export function openAdmission(
  gate: GateConfig,
  { now, monotonicMs, sharedRates }: AdmissionParts,
  earlier: Admission | undefined,
): Admission | undefined {
  const { allowFrom, clients, rate: limits } = gate;
  if (allowFrom === undefined && clients === undefined && limits === undefined) return undefined;
  const addresses = allowFrom && createAddressSet(allowFrom);
  const judge = clients && createCertificateJudge(clients, now);
  const rate = limits && rateOf(limits, monotonicMs, earlier?.rate, sharedRates?.(gate, limits));
  return {
    rate,
    refuse({ remoteAddress, certificate }) {
      if (addresses !== undefined) {
        const address = canonicalAddress(remoteAddress);
        if (address === undefined || !addresses.has(address))
          return {
            reason: 'foreign-address',
            problem: `the request came from ${address ?? 'an unknown address'}`,
          };
      }
      return judge?.(certificate) ?? rate?.refuse(remoteAddress);
    },
  };
}

type CertificateJudge = (certificate: ClientCertificate | undefined) => AdmissionRefusal | undefined;

function createCertificateJudge({ sans, fingerprints }: ClientsConfig, now: () => number): CertificateJudge {
  const [names, digests] = [new Set(sans), new Set(fingerprints)];
  const isAnyone = names.size + digests.size === 0;
  return (certificate) => {
    if (certificate === undefined)
      return { reason: 'missing-certificate', problem: 'the client has proved no certificate' };
    if (certificate.expiresMs <= now())
      return {
        reason: 'missing-certificate',
        problem: 'the client’s certificate has expired since it connected',
      };
    if (isAnyone || digests.has(certificate.fingerprint) || certificate.sans.some((san) => names.has(san)))
      return undefined;
    const { view } = certificate;
    const shown = view.sans.length === 0 ? 'no name' : view.sans.join(', ');
    return {
      reason: 'foreign-certificate',
      problem: `the client’s certificate is for ${shown}, and has the SHA-256 fingerprint ${view.fingerprint}`,
    };
  };
}

/** How often clients come to a gate. */
interface GateRate {
  readonly limits: RateConfig;
  refuse(address: string): MaybePromise<AdmissionRefusal | undefined>;
}

/** @param shared as all gateways count: asked for what this one alone would let in, for it has counted no less */
function rateOf(
  limits: RateConfig,
  now: () => number,
  earlier: GateRate | undefined,
  shared: SharedRates | undefined,
): GateRate {
  if (earlier !== undefined && meansSame(earlier.limits, limits)) return earlier;
  const { perClient, burst, total } = limits;
  const ofClients = perClient && limitOf(perClient, now, burst);
  const ofAll = total && limitOf(total, now);
  /** Nobody is asked again before it can be another answer. */
  const heed = (network: string, { limit, afterMs }: RateRefusal): void => {
    if (limit === 'total') ofAll?.refuseFor('', afterMs);
    else {
      ofClients?.refuseFor(network, afterMs);
      ofAll?.giveBack('');
    }
  };
  return {
    limits,
    refuse(address) {
      const network = networkOf(address);
      const clientMs = ofClients?.take(network) ?? 0;
      if (clientMs > 0) return tooMany('perClient', clientMs, address);
      const allMs = ofAll?.take('') ?? 0;
      if (allMs > 0) return tooMany('total', allMs, address);
      return shared?.take(network)?.then((refusal) => {
        if (refusal === undefined) return undefined;
        heed(network, refusal);
        return tooMany(refusal.limit, refusal.afterMs, address);
      });
    },
  };
}

function limitOf({ requests, perMs }: Rate, now: () => number, burst: number = requests): RateLimit {
  return createRateLimit({ requests, perMs, burst, now });
}

function tooMany(limit: RateRefusal['limit'], afterMs: number, address: string): AdmissionRefusal {
  const who =
    limit === 'total'
      ? 'all clients together make more requests'
      : `the client ${address} makes more requests`;
  return {
    reason: 'too-many-requests',
    problem: `${who} than the gate’s rate.${limit} allows`,
    remedy: `Raise the gate’s rate.${limit}, or have the sender send less often; it should retry.`,
    headers: ['retry-after', String(Math.ceil(afterMs / 1000))],
  };
}
