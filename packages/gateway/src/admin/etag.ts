/** Two operators who change one thing: the second learns that it is not as they have read it (RFC 9110 §8.8.3, §13.1.1). */
import { createHash } from 'node:crypto';
import { Problem } from './problem.ts';

/** A reply, and the tag of the state that it shows; for a row with `etag`. */
export class TaggedReply<Reply> {
  readonly reply: Reply;
  /** With its quotes. */
  readonly etag: string;

  constructor(reply: Reply, etag: string) {
    this.reply = reply;
    this.etag = etag;
  }
}

/** The states of which a change is to be made: `*` is any. */
export type IfMatch = '*' | readonly string[];

/** A strong tag of what says all of a state. Of secrets it must say nothing: it is shown. */
export function etagOf(state: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(state)).digest('base64url');
  return `"${digest.slice(0, 22)}"`;
}

/** Many tags are no use of the field. */
const MAX_CHARS = 1000;
const TAGS = /^(?:W\/)?"[!#-~]*"(?:[ \t]*,[ \t]*(?:W\/)?"[!#-~]*")*$/;

/** @returns undefined where the request has no such field */
export function readIfMatch(field: string | undefined): IfMatch | undefined | Problem {
  const text = field?.trim();
  if (text === undefined) return undefined;
  if (text === '*') return '*';
  if (text.length <= MAX_CHARS && TAGS.test(text)) return text.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return new Problem('malformed-request', 'if-match is neither * nor an ETag in quotes');
}

/** Undefined where the change may be made. A weak tag names no state: it is none of these. */
export function changedMeanwhile(ifMatch: IfMatch | undefined, etag: string): Problem | undefined {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch.includes(etag)) return undefined;
  return new Problem(
    'changed-meanwhile',
    'somebody has changed it since it was read: read it again, and send the change with its new etag',
  );
}
