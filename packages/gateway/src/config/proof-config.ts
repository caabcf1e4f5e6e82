/** How a gate's requests prove themselves, resolved. */

/** How requests prove themselves. */
export type ProofConfig =
  | {
      readonly kind: 'provider';
      readonly id: string;
      /** The provider's own options, for core to judge. */
      readonly options: Readonly<Record<string, unknown>>;
    }
  /** A scheme declared in the file, for core to judge. */
  | { readonly kind: 'scheme'; readonly scheme: Readonly<Record<string, unknown>> }
  /** `provider: none`: takes unsigned requests. */
  | { readonly kind: 'none' };
