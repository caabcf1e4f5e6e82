/** What `sign` takes beside the request: checked, for it becomes headers, parameters and claims. */
import { IS } from './check-options.ts';
import { describeGiven, describeNumber, isPlain } from './given.ts';
import { isWebRequest, REQUEST_MEMBERS, type RequestParts } from './request-from.ts';
import { SetupError } from './setup-error.ts';
import { isWellFormed } from './text/bytes.ts';

/** A request yet to be signed. */
export interface Draft extends RequestParts {
  /** Id, nonce or claims that the scheme puts under the signature. Default: made where the scheme needs one. */
  readonly id?: string;
  readonly nonce?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Default: the gate's clock. */
  readonly timestampMs?: number;
}

type Extras = Pick<Draft, 'id' | 'nonce' | 'claims' | 'timestampMs'>;

/** The members of a draft. */
export const DRAFT_MEMBERS: readonly string[] = [...REQUEST_MEMBERS, 'id', 'nonce', 'claims', 'timestampMs'];

/** What a draft says beside its request; a web `Request` says nothing. @throws SetupError for a value of the wrong kind. */
export function draftExtras(draft: Draft | Request): Extras {
  if (isWebRequest(draft)) return {};
  const { id, nonce, claims, timestampMs } = draft;
  check('id', id, 'a text in one line', isText);
  check('nonce', nonce, 'a text in one line', isText);
  check('claims', claims, 'an object', isPlain);
  check('timestampMs', timestampMs, IS.time.expected, IS.time.isValid);
  return {
    ...(id !== undefined && { id }),
    ...(nonce !== undefined && { nonce }),
    ...(claims !== undefined && { claims }),
    ...(timestampMs !== undefined && { timestampMs }),
  };
}

function check(
  name: keyof Extras,
  value: unknown,
  expected: string,
  isValid: (value: unknown) => boolean,
): void {
  if (value === undefined || isValid(value)) return;
  throw new SetupError(
    `request.${name}`,
    `it is ${name === 'timestampMs' ? describeNumber(value) : describeGiven(value)}`,
    `Give ${expected}.`,
  );
}

/** It may become a header: RFC 9110 §5.5 has neither line breaks nor NUL there. */
function isText(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value !== '' &&
    isWellFormed(value) &&
    !/[\r\n]/.test(value) &&
    !value.includes('\0')
  );
}
