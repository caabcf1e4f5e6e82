/** What a page says of a proof, whatever its scheme: each kind fills it in a file of its own. */
export interface Explanation {
  /** What it is called in a sentence. */
  readonly proof: 'signature' | 'token' | 'proof' | 'secret';
  /** Rows of the request’s table, below that of the body: part, place, form. */
  readonly rows: readonly string[];
  /** What the body must be, where it must be something. */
  readonly rule?: string;
  readonly formula?: string;
  /** Lines below the formula. */
  readonly meanings: readonly string[];
  readonly key: string;
}
