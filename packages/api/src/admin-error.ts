import { isProblemCode, type ProblemCode } from './problems.ts';

/** The admin API answered with a status that means failure. Holds no token. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  /** Why. Undefined where the answer is not the admin API's. */
  readonly code: ProblemCode | undefined;

  constructor(status: number, message: string, code?: ProblemCode) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Of an answer that refuses, by its body as it was parsed. */
export function adminErrorOf(status: number, value: unknown): AdminError {
  const { detail, code }: { detail?: unknown; code?: unknown } = Object(value);
  const reason = typeof detail === 'string' ? detail : 'no reason given';
  return new AdminError(
    status,
    `the admin API answered ${status}: ${reason}`,
    isProblemCode(code) ? code : undefined,
  );
}
