/** A message as one line of JSON, as the file destination writes it. */
import { Buffer } from 'node:buffer';
import type { Message } from './destination.ts';

/** How every line begins: what begins otherwise is not ours to mend. */
export const LINE_START = '{"id":"';

/** With its line end, in UTF-8. Header values are byte strings: a byte above 127 is the character of that number. */
export function eventLine({ event, destination, method, headers, body }: Message): Buffer {
  const pairs: string[][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] ?? '', headers[i + 1] ?? '']);
  const line = JSON.stringify({
    id: event.id,
    gate: event.gate,
    receivedAtMs: event.receivedMs,
    method,
    url: event.url,
    headers: pairs,
    bodyBase64: Buffer.from(body.buffer, body.byteOffset, body.length).toString('base64'),
    provider: event.provider,
    keyId: event.keyId,
    destination,
  });
  return Buffer.from(`${line}\n`, 'utf8');
}
