/** Asks a manager of secrets, which is the operator’s own code: it may hang, throw, or give anything. */

import { thrownWords } from '../module-fault.ts';
import { SECOND } from '../units.ts';
import { isMapping } from '../value-path.ts';
import { MAX_SECRET_BYTES, type SecretReading, secretOf, tooLarge } from './secret-reading.ts';
import type { SecretSource } from './secret-source.ts';

const MAX_MS: number = 30 * SECOND;
const CONTRACT = 'Its read(name) has to give the text, or { value, refreshAt }, with refreshAt a Date.';

/** Does not reject. @param timeoutMs default 30 s */
export async function askSource(
  source: SecretSource,
  name: string,
  timeoutMs: number = MAX_MS,
): Promise<SecretReading> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SecretReading>((resolve) => {
    timer = setTimeout(() => {
      resolve({ problem: `was not read within ${timeoutMs / SECOND} s` });
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([readOne(source, name, controller.signal), late]);
  } catch (error) {
    return { problem: `cannot be read: the source threw ${thrownWords(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

async function readOne(source: SecretSource, name: string, signal: AbortSignal): Promise<SecretReading> {
  const answer: unknown = await source.read(name, signal);
  if (typeof answer === 'string') return judged(answer);
  const value = isMapping(answer) ? answer['value'] : undefined;
  const refreshAt = isMapping(answer) ? answer['refreshAt'] : undefined;
  if (typeof value !== 'string' || !(refreshAt instanceof Date) || Number.isNaN(refreshAt.getTime()))
    return { problem: 'is not what a source may give', remedy: CONTRACT };
  const reading = judged(value);
  return 'value' in reading ? { ...reading, refreshAtMs: refreshAt.getTime() } : reading;
}

function judged(text: string): SecretReading {
  const bytes = Buffer.from(text);
  if (bytes.byteLength > MAX_SECRET_BYTES) return { problem: tooLarge('has') };
  const reading = secretOf(bytes, 'has');
  // A manager’s text is taken to the letter: no program has put a line end behind it.
  return 'value' in reading ? { value: text } : reading;
}
