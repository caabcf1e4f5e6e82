/** Wrong usage or input: what happened, and what to do about it. Ends the command with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly remedy: string;

  /** Neither text may hold a secret. */
  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}
