/** Where things are: listeners and the store. */

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
