/** `--batch`: JSON lines in, JSON lines out, in order, at tens of thousands of lines a second. */
import { isUtf8 } from 'node:buffer';
import type { MaybePromise } from '@countersign/core';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { writeAll } from '../write-all.ts';
import { malformedLine } from './judge-line.ts';
import { createLineSplitter } from './line-splitter.ts';

/** A line holds a body in base64; no gate takes one of this length. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** A write call for each line would cost as much as its verdict. */
const WRITE_CHARS = 64 * 1024;

/** What becomes of a line: one JSON object. */
export type LineAnswer = (line: string) => MaybePromise<object>;

/**
 * Answers every line of standard input. Empty lines are skipped; nothing that a line holds ends the stream.
 * @throws UsageError where no line holds anything
 * @param answer of a line’s text
 * @param malformed of what is no text at all; default: as `verify --batch` says it
 */
export async function answerLines(
  { stdin, stdout }: Pick<Io, 'stdin' | 'stdout'>,
  answer: LineAnswer,
  malformed: (message: string) => object = malformedLine,
): Promise<void> {
  let isEmpty = true;
  const splitter = createLineSplitter(MAX_LINE_BYTES);
  const judgeLines = async (lines: readonly (Buffer | undefined)[]): Promise<void> => {
    let text = '';
    for (const line of lines) {
      const judged = judgeBytes(line, answer, malformed);
      if (judged === undefined) continue;
      isEmpty = false;
      const view = judged instanceof Promise ? await judged : judged;
      text += `${JSON.stringify(view)}\n`;
      if (text.length < WRITE_CHARS) continue;
      await writeAll(stdout, text);
      text = '';
    }
    // What came is answered before more is waited for, so that a sender can wait for its verdicts.
    if (text !== '') await writeAll(stdout, text);
  };
  for await (const chunk of stdin) {
    await judgeLines(splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : asBuffer(chunk)));
  }
  await judgeLines(splitter.end());
  if (isEmpty)
    throw new UsageError(
      'standard input holds no request',
      'Give one JSON object a line, e.g. --batch < requests.jsonl.',
    );
}

function judgeBytes(
  line: Buffer | undefined,
  answer: LineAnswer,
  malformed: (message: string) => object,
): MaybePromise<object> | undefined {
  if (line === undefined) return malformed(`the line is longer than ${MAX_LINE_BYTES} bytes`);
  if (isBlank(line)) return undefined;
  // A decoder would put U+FFFD in place of what is no UTF-8, and another request would be judged.
  if (!isUtf8(line)) return malformed('the line is not UTF-8');
  return answer(line.toString('utf8'));
}

/** Empty, or white space only (the CR of CR LF). */
function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
