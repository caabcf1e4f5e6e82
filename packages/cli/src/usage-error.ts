/** Wrong usage or input: what happened, and what to do about it. Ends the command with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly remedy: string;

  /**
   * By name: the demo is loaded as it was compiled, beside the bundled program's own copy. A request that core cannot read (`InputError`) is wrong
   * input too, with the same members.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && (value.name === 'UsageError' || value.name === 'InputError');
  }

  /** Neither text may hold a secret. */
  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}
