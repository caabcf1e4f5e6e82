/** The headers that a message has on NATS. */
import type { Message } from './destination.ts';
import { textOfBytes } from './header-text.ts';

export interface NatsHeader {
  readonly name: string;
  readonly value: string;
}

/** What the server itself goes by: a sender's header of such a name could roll a stream up, or have a message dropped as known. */
const RESERVED = /^nats-/i;

export function natsHeaders({ event, destination, headers }: Message): readonly NatsHeader[] {
  const carried: NatsHeader[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', bytes = ''] = headers.slice(i, i + 2);
    // As text, bytes that are no UTF-8 would be others.
    const value = textOfBytes(bytes);
    if (value !== undefined && canCarry(name, value)) carried.push({ name, value });
  }
  // The same with each attempt: a stream drops what it has already, as long as its window (duplicate_window) says.
  carried.push({ name: 'Nats-Msg-Id', value: `${event.id}.${destination}` });
  return carried;
}

function canCarry(name: string, value: string): boolean {
  return /^[!#-9;-~]+$/.test(name) && !/[\r\n]/.test(value) && !RESERVED.test(name);
}
