/** The two listeners, and whom a gate lets in, as a person writes them. */
import type { NumberInput } from './units.ts';

export interface ListenInput {
  /** The public listener, where senders connect: host:port; port 0 lets the system choose. Default: 127.0.0.1:8787. */
  readonly public?: string;
  /**
   * The admin listener, for health and the admin API: host:port, or off. An address that other machines can reach needs admin.token. Default:
   * 127.0.0.1:8788.
   */
  readonly admin?: string;
  /** TLS on the public listener, with HTTP/1.1. Without it the listener takes plain HTTP, for a proxy in front that ends TLS. Default: plain HTTP. */
  readonly tls?: TlsInput;
  /** TLS on the admin listener. Default: plain HTTP. */
  readonly adminTls?: TlsInput;
  /**
   * Proxies, addresses and CIDR ranges, whose X-Forwarded headers are trusted (-For, -Proto, -Host: the proxy must set or remove all three). Default:
   * none.
   */
  readonly trustedProxies?: readonly string[];
}

export interface TlsInput {
  /**
   * The certificate and those between it and its authority, in this order: a file in PEM (relative to this file), or its text. A file that changes is read
   * again within half a minute; connections go on.
   */
  readonly cert: string;
  /** Its private key: a file in PEM, read again as cert is, or its text. */
  readonly key: string;
  /**
   * The certificate authorities that clients’ certificates must come from (mTLS), and no others: a file in PEM, read again as cert is, or its text.
   * Default: none; must be given if clients are asked for certificates.
   */
  readonly ca?: string;
  /**
   * Whether clients are asked for a certificate (mutual TLS). required ends every handshake without a valid one; optional leaves it to each gate’s
   * clients. Default: none.
   */
  readonly clientCertificates?: 'none' | 'optional' | 'required';
  /** The oldest version of TLS. Default: TLSv1.2. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface ClientsInput {
  /** Subject alternative names, with their kinds (DNS, URI, IP, email). Compared as a whole: no wildcards. Default: any. */
  readonly sans?: readonly string[];
  /** SHA-256 fingerprints of certificates, as `openssl x509 -noout -fingerprint -sha256` prints. Default: any. */
  readonly fingerprints?: readonly string[];
}

export interface RateInput {
  /** Requests of one client address (IPv6: one /64). The 10,000 that came last are remembered. Default: no limit. */
  readonly perClient?: string;
  /** How many of them one client may make at once. Default: the number of perClient. */
  readonly burst?: NumberInput;
  /** Requests of all clients together. Default: no limit. */
  readonly total?: string;
}
