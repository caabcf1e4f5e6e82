/** What a proof covers and what it leaves open, as records: a gate holds no sentence of them (`coverage-report.ts` has those). */

/** How a scheme's requests are told apart: by an id that the signature covers, by the message itself, or not at all. */
export const REPLAY_IDENTITIES = ['signed-id', 'message', 'none'] as const;

export type ReplayIdentity = (typeof REPLAY_IDENTITIES)[number];

/** The parts of a request that a signature can prove; headers by their names. */
export type CoveredPart =
  | 'method'
  | 'scheme'
  | 'host'
  | 'path'
  | 'query'
  | 'body'
  | 'timestamp'
  | 'id'
  | 'type';

/** What an operator should know of a proof, as far as only its declaration tells: programs decide by its code. Durations in milliseconds. */
export type CoverageWarning =
  | { readonly code: PlainCoverageCode }
  /** A copy is fresh until it is so old; absent: until the end that its sender wrote into it. */
  | { readonly code: 'repeat-in-time'; readonly pastMs?: number }
  /** Absent `within`: for as long as the first is remembered. */
  | { readonly code: 'equal-requests'; readonly within?: 'second' | 'millisecond' }
  /** Absent `within`, the same. */
  | {
      readonly code: 'differing-requests';
      readonly parts: readonly CoveredPart[];
      readonly within?: 'second' | 'millisecond';
    }
  /** Two parts that stand side by side, as a declaration writes them, e.g. `{path}`. */
  | { readonly code: 'movable-text'; readonly parts: readonly [first: string, second: string] }
  /** Members of a body, and parameters of a query, that are signed where these as a whole are not. */
  | {
      readonly code: 'signed-parts';
      readonly members: readonly string[];
      readonly parameters: readonly string[];
    }
  /**
   * Absent `uses`: any number of times. `headers` that it is bound to; `address`: whether it is good from one address only;
   * `parts` of the request that its claims prove, where they prove any.
   */
  | {
      readonly code: 'bearer-token';
      readonly uses?: number;
      readonly headers: readonly string[];
      readonly address: boolean;
      readonly parts?: readonly CoveredPart[];
    }
  | { readonly code: 'optional-binding' | 'binding-off'; readonly headers: readonly string[] }
  | { readonly code: 'rsa-pkcs1'; readonly algorithms: readonly string[] }
  /** Of a JSON body, these members and no others. */
  | { readonly code: 'signed-members'; readonly members: readonly string[] }
  | { readonly code: 'tolerance-wide' | 'tolerance-narrow'; readonly option: string; readonly ms: number }
  | { readonly code: 'forgets-early'; readonly rememberMs: number }
  /** The part that names the action, which the proof does not cover. */
  | { readonly code: 'action-by-key'; readonly part: CoveredPart };

/** Those that have nothing beside their code. */
export type PlainCoverageCode =
  | 'no-time'
  | 'unsigned-id'
  | 'unsigned-type'
  | 'trusted-id'
  | 'movable-form-text'
  | 'movable-query-text'
  | 'separable-items'
  | 'decoded-url'
  | 'movable-between-messages'
  | 'unsigned-query-order'
  | 'unsigned-parameter-order'
  | 'unsigned-blank-fields'
  | 'reprinted-body'
  | 'compressed-body'
  | 'normal-path'
  | 'unsigned-path-end'
  | 'bearer-secret'
  | 'endless-token'
  | 'any-audience'
  | 'joined-binding'
  | 'optional-message-signature';

/** What a scheme's proof covers and what it leaves open; `countersign check` prints it in words. */
export interface Coverage {
  readonly covered: readonly CoveredPart[];
  /** All others: a captured request may say of them what it likes, or it says nothing of them at all. */
  readonly open: readonly CoveredPart[];
  /** Lower-case names of the headers that it covers besides, or is bound to. */
  readonly headers: readonly string[];
  readonly replay: ReplayIdentity;
  /** What these do not show; `coverageReport` adds what they do. */
  readonly warnings: readonly CoverageWarning[];
}
