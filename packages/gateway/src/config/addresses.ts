/** Where things are: of listeners, senders and the store. */

/** The addresses that share their first bits with one. */
export interface AddressRange {
  /** IPv4 or IPv6. */
  readonly address: string;
  /** 32 or 128: this address only. */
  readonly prefixBits: number;
}

export interface ListenAddress {
  /** A host name or an IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Where events and claims are kept. Default `sqlite:./countersign.db`, in the configuration file's folder. */
export type StoreConfig =
  | {
      readonly kind: 'sqlite';
      /** Absolute. A relative path in the file is relative to the file's folder. */
      readonly file: string;
    }
  | { readonly kind: 'memory' };
