/** What becomes of a request. `handshake`: a platform's test of its endpoint; `unsigned`: taken without a proof. */
export type VerdictKind = 'accepted' | 'refused' | 'handshake' | 'unsigned';

export const VERDICT_KINDS: readonly VerdictKind[] = ['accepted', 'refused', 'handshake', 'unsigned'];
