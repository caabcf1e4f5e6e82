/**
 * Whether a NATS server greets, before the client connects to it: the client cannot be told to give up on one that says nothing,
 * and would leave a connection open with each attempt.
 */
import { connect as connectSocket, type Socket } from 'node:net';

export interface NatsAddress {
  readonly host: string;
  readonly port: number;
}

/** The server speaks something else. */
export class NoGreeting extends Error {
  override readonly name = 'NoGreeting';
}

/** A greeting is some hundred bytes. */
const MAX_GREETING_BYTES = 32_768;
const GREETING = 'INFO ';

/** Rejects with the socket's error, a NoGreeting, or the signal's reason. */
export async function probe({ host, port }: NatsAddress, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = connectSocket({ host, port });
  try {
    await greeting(socket, signal);
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

function greeting(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    socket.once('close', () => {
      signal.removeEventListener('abort', leave);
      reject(new NoGreeting('it said nothing'));
    });
    socket.once('error', reject);
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      const isGreeting = GREETING.startsWith(said.slice(0, GREETING.length));
      if (!isGreeting || said.length > MAX_GREETING_BYTES) reject(new NoGreeting('it speaks something else'));
      else if (said.includes('\r\n')) resolve();
    });
  });
}
