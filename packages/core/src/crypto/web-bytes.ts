/** Bytes as WebCrypto takes them. */
import { joinMessage, type Message } from './backend.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export async function findAsync(
  signatures: readonly Uint8Array[],
  proves: (signature: Uint8Array) => Promise<boolean>,
): Promise<number> {
  for (const [i, signature] of signatures.entries()) if (await proves(signature)) return i;
  return -1;
}

export function copy(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes);
}

/** WebCrypto takes no shared memory. */
export function joined(message: Message): Bytes | undefined {
  const bytes = joinMessage(message);
  return bytes && (bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : copy(bytes));
}

export function whole(message: Message): Bytes {
  const bytes = joined(message);
  if (bytes) return bytes;
  throw new Error('the message is not whole');
}
