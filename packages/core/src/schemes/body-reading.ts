/** A way to read a body into the bytes that a signature covers: a pure function of what was received. */
import type { Chunks, Message } from '../crypto/backend.ts';
import type { CoverageWarning, MaybePromise } from '../model.ts';
import type { Objection } from '../objection.ts';
import { SLICE_BYTES } from '../pause.ts';
import type { TemplatePassage } from './template-found.ts';

export interface BodyReading {
  /** Empty for the body as received. */
  readonly name: string;
  /** What of the body it leaves unsigned. */
  readonly leaves?: readonly CoverageWarning[];
  /** Whether it has to know which objects’ members are out of order. Default false. */
  readonly sorts?: boolean;
  /** Makes what it reads, where that is more than the body, or takes a promise. An objection where there is none. */
  readonly prepare?: (passage: TemplatePassage) => MaybePromise<Objection | undefined>;
  /** Undefined where this reading does not apply, or is the same text as an earlier one. */
  read(passage: TemplatePassage): Uint8Array | Message | undefined;
}

/**
 * A message of chunks: made at once where it is short, else whenever it is read. Undefined where a short one is not whole.
 * @param length of what they are made from, in bytes
 */
export function messageOfChunks(length: number, make: Chunks['make']): Message | undefined {
  if (length >= SLICE_BYTES) return [{ length, make }];
  const parts: Uint8Array[] = [];
  const making = make();
  for (;;) {
    const { done, value } = making.next();
    if (done) return value ? parts : undefined;
    parts.push(value.slice());
  }
}
