/** What becomes of a request. `handshake`: a platform's test of its endpoint; `unsigned`: taken without a proof. */
export type Verdict = 'accepted' | 'refused' | 'handshake' | 'unsigned';

export const VERDICTS: readonly Verdict[] = ['accepted', 'refused', 'handshake', 'unsigned'];
