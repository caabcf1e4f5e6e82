/**
 * A set-up that cannot work: thrown at start, never while a request is judged.
 * Says what is wrong and what to do; never holds a secret.
 */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  /** The option that is wrong, e.g. `keys[1].secret`. */
  readonly option: string;
  /** What is wrong with it: a sentence’s part, without a dot. */
  readonly problem: string;
  readonly remedy: string;

  /** By name, so that it holds between two copies of this package: a program's own and that of a user's module. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return value instanceof Error && value.name === 'SetupError';
    } catch {
      // A revoked proxy throws whatever is asked of it.
      return false;
    }
  }

  constructor(option: string, problem: string, remedy: string) {
    super(`${option}: ${problem}. ${remedy}`);
    this.option = option;
    this.problem = problem;
    this.remedy = remedy;
  }
}
