/** A way to read a body into the bytes that a signature covers: a pure function of what was received. */
import type { Message } from '../crypto/backend.ts';
import type { TemplatePassage } from './template-found.ts';

export interface BodyReading {
  /** Empty for the body as received. */
  readonly name: string;
  /** What of the body it leaves unsigned, as a sentence for the operator. */
  readonly leaves?: string;
  /** Whether it has to know which objects’ members are out of order. Default false. */
  readonly sorts?: boolean;
  /** Undefined where this reading does not apply, or is the same text as an earlier one. */
  read(passage: TemplatePassage): Uint8Array | Message | undefined;
}
