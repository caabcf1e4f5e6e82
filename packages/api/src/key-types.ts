/** What the admin API shows of keys, and what is to be said of them. */

/** What an operator may see of a key. */
export interface KeyView {
  readonly id: string;
  readonly state: 'active' | 'next' | 'retiring' | 'revoked';
  readonly from?: string;
  readonly until?: string;
  /** The action that its requests may ask for. Absent: it is bound to none. */
  readonly for?: { readonly action: string };
  /** Length of a secret's bytes; absent for public and private keys. */
  readonly bytes?: number;
  /** At most; a secret that is not random is weaker. Absent: not known. */
  readonly strengthBits?: number;
  /** Requests that this key proved since the start. */
  readonly hits: number;
  readonly warnings: readonly WarningView[];
}

/** What an operator should know: programs decide by its code. */
export interface WarningView {
  /** In kebab case, e.g. `unsigned-body`. */
  readonly code: string;
  /** `warning`: can be mended at the gate. `info`: lies in how senders prove their requests. */
  readonly severity: 'info' | 'warning';
  readonly sentence: string;
}
