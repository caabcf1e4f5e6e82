/** The two listeners, resolved. */
import type { AddressRange } from '../client-address.ts';
import type { ListenAddress } from './addresses.ts';
import type { Secret } from './secret.ts';

/** The two listeners. */
export interface ListenConfig {
  readonly public: ListenAddress;
  /** Absent for `admin: off`. Where it is no loopback address, `admin.token` is set. */
  readonly admin?: ListenAddress;
  /** Of the public listener. Absent: it speaks plain HTTP. */
  readonly tls?: TlsConfig;
  /** Of the admin listener. Absent: it speaks plain HTTP. */
  readonly adminTls?: TlsConfig;
  /** Whose X-Forwarded headers the public listener believes. */
  readonly trustedProxies: readonly AddressRange[];
}

/** How a listener speaks TLS. */
export interface TlsConfig {
  /** The server's own certificate, and those between it and its authority. */
  readonly cert: PemSource;
  readonly key: PemSource;
  /** The authorities of clients' certificates: those alone. Set where `clientCertificates` is not `none`. */
  readonly ca?: PemSource;
  readonly clientCertificates: 'none' | 'optional' | 'required';
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** Where PEM text is. */
export type PemSource =
  /** Read again when it changes. The path is absolute. */
  { readonly kind: 'file'; readonly file: string } | { readonly kind: 'text'; readonly pem: Secret };

/** Which clients a gate lets in, by their certificates. With neither list: each whose certificate the listener's `ca` has issued. */
export interface ClientsConfig {
  /** Subject alternative names with their kind, e.g. `DNS:partner.example`; one suffices. */
  readonly sans: readonly string[];
  /** SHA-256 of certificates in DER: 64 hex digits in lower case; one suffices. */
  readonly fingerprints: readonly string[];
}

/** At least one of the two. */
export interface RateConfig {
  readonly perClient?: Rate;
  /** Requests that one client may make at once. */
  readonly burst?: number;
  readonly total?: Rate;
}

/** So many requests in so long. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}
