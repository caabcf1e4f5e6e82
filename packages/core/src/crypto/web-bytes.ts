/** Bytes as WebCrypto takes them. */
import { withPauses } from '../pause.ts';
import { joining, type Message } from './backend.ts';

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
export async function joined(message: Message): Promise<Bytes | undefined> {
  const bytes = await withPauses(joining(message));
  return bytes && (bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : copy(bytes));
}

export async function whole(message: Message): Promise<Bytes> {
  const bytes = await joined(message);
  if (bytes) return bytes;
  throw new Error('the message is not whole');
}
