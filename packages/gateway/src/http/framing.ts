/** Which messages are read at all: HTTP/1.0 and 1.1, the latter with a Host, in no transfer coding but `chunked`. Node's parser lets others through. */
import type { IncomingMessage } from 'node:http';
import type { RefusalReason } from '@countersign/core';

/** Undefined where the message can be read. After the refusal its connection has to end: nobody knows where the message does. */
export function framingFault({ httpVersion, headers }: IncomingMessage): RefusalReason | undefined {
  // RFC 9110 §15.6.6. Node takes 0.9 and 2.0 as well, and reads them as 1.1.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'unsupported-version';
  // RFC 9112 §3.2
  if (httpVersion === '1.1' && headers.host === undefined) return 'malformed-request';
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  // RFC 9112 §6.1: 501 for a coding that is not understood; and with 1.0 the framing is faulty, whatever it says.
  if (coding.toLowerCase() !== 'chunked') return 'unsupported-coding';
  return httpVersion === '1.0' ? 'malformed-request' : undefined;
}
