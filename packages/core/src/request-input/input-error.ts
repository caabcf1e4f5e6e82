/** Of what a person pasted, in a sentence of it. */
export const MAX_QUOTED_CHARS: number = 60;

/** A text that is no request, or a broken one: what is wrong with it, and what to give instead. Neither text holds a secret. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}
