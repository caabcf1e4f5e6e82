/** One line of standard input that is not shown: from a terminal key by key, from a pipe as it comes. */
import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** Much more than any password; as long as the admin API takes a key. */
const MAX_CHARS = 65_536;

/** What to do instead, where a terminal or a pipe gives no line. */
export interface SecretRemedies {
  readonly pipe: string;
  readonly shorter: string;
}

/** @throws UsageError where it was broken off, or is no line of text */
export async function askInSecret(
  question: string,
  { stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>,
  remedies: SecretRemedies,
): Promise<string> {
  const isTyped = stdin.isTTY === true;
  // Otherwise the terminal shows what is typed.
  if (isTyped && stdin.setRawMode === undefined)
    throw new UsageError('the terminal cannot hide what is typed', remedies.pipe);
  if (isTyped) stderr.write(question);
  if (isTyped) stdin.setRawMode?.(true);
  try {
    return await readLine(stdin, isTyped, remedies);
  } finally {
    if (isTyped) stdin.setRawMode?.(false);
    if (isTyped) stderr.write('\n');
  }
}

/** The whole of what is piped in, without the line break at its end: a PEM has several lines. @throws UsageError where it is too long, or not UTF-8 */
export async function readPiped({ stdin }: Pick<Io, 'stdin'>, { shorter }: SecretRemedies): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const piece = Buffer.from(chunk as Uint8Array);
    bytes += piece.length;
    if (bytes > MAX_CHARS) throw new UsageError('standard input is too long', shorter);
    chunks.push(piece);
  }
  const all = Buffer.concat(chunks);
  if (!isUtf8(all)) throw new UsageError('standard input is not UTF-8 text', shorter);
  return all.toString('utf8').replace(/\r?\n$/, '');
}

async function readLine(stdin: Io['stdin'], isTyped: boolean, { shorter }: SecretRemedies): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const chunks = stdin[Symbol.asyncIterator]();
  // Not closed between two questions: the terminal is read on.
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    const text = typeof next.value === 'string' ? next.value : decoder.write(Buffer.from(next.value));
    for (const character of text) {
      if (character === '\n' || character === '\r') return line;
      if (isTyped && (character === '\u0003' || character === '\u0004'))
        throw new UsageError('the input was cancelled', 'Run the command again.');
      if (isTyped && (character === '\u007f' || character === '\b')) line = [...line].slice(0, -1).join('');
      else line += character;
    }
    if (line.length > MAX_CHARS) throw new UsageError('standard input is too long', shorter);
  }
  return line;
}
