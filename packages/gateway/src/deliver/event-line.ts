/** A message as one line of JSON, as the file destination writes it. */
import { Buffer } from 'node:buffer';
import { nextTurn } from '../loop-slices.ts';
import type { Message } from './destination.ts';

/** How every line begins: what begins otherwise is not ours to mend. */
export const LINE_START = '{"id":"';

/** Written as base64 at once, some 0.5 ms; a multiple of three, so that the pieces are those of the whole. */
const SLICE_BYTES = 393_216;

/** With its line end, in UTF-8, in pieces. Header values are byte strings: a byte above 127 is the character of that number. */
export async function eventLine(message: Message): Promise<readonly Uint8Array[]> {
  const { event, destination, method, headers, body } = message;
  const pairs: string[][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] ?? '', headers[i + 1] ?? '']);
  const { id, gate, receivedMs: receivedAtMs, url, provider, keyId, tenant } = event;
  const before = JSON.stringify({ id, gate, receivedAtMs, method, url, headers: pairs });
  const after = JSON.stringify({ provider, keyId, tenant, destination });
  const line = [Buffer.from(`${before.slice(0, -1)},"bodyBase64":"`, 'utf8')];
  for (let start = 0; start < body.length; start += SLICE_BYTES) {
    if (start > 0) await nextTurn();
    const slice = Buffer.from(
      body.buffer,
      body.byteOffset + start,
      Math.min(SLICE_BYTES, body.length - start),
    );
    line.push(Buffer.from(slice.toString('base64'), 'latin1'));
  }
  line.push(Buffer.from(`",${after.slice(1)}\n`, 'utf8'));
  return line;
}
