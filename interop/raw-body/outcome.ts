/** What came of a request, in the words of the page. */
import { hear } from '../hear.ts';
import type { Sent } from '../serve.ts';
import type { Receiver } from './receivers.ts';

export interface Outcome {
  readonly status: number;
  /** Whether the handler ran. */
  readonly isTaken: boolean;
  /** What is answered or logged of a refusal, on one line. */
  readonly text: string;
}

export async function outcomeOf(receiver: Receiver, sent: Sent): Promise<Outcome> {
  const { value, printed, complaints } = await hear(() => receiver.send(sent));
  const { status, body } = value;
  const isTaken = printed.length > 0 && status >= 200 && status < 300;
  return { status, isTaken, text: isTaken ? '' : lineOf(complaints.at(-1) ?? body) };
}

/** Of an HTML page what it shows, of JSON its error; no places of this machine. */
function lineOf(text: string): string {
  const [, shown = text] = /<pre>(.*?)(?:<br>|<\/pre>)/s.exec(text) ?? [];
  const plain = shown.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  // A byte order mark that a parser quotes cannot be seen.
  return errorOf(plain).replaceAll('\ufeff', '\\ufeff').replaceAll(/\s+/g, ' ').trim();
}

function errorOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}
