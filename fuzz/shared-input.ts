/** The input that a thread is at, where another can see it: the first is ended if it never comes back. */

/** A count of inputs and the length of this one, then its bytes. */
const HEAD_BYTES = 8;

export function sharedInput(mostBytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + mostBytes);
}

export function noteInput(shared: SharedArrayBuffer, input: Uint8Array): void {
  const head = new Int32Array(shared, 0, 2);
  new Uint8Array(shared, HEAD_BYTES).set(input.subarray(0, shared.byteLength - HEAD_BYTES));
  Atomics.store(head, 1, input.length);
  Atomics.add(head, 0, 1);
}

/** How many inputs were begun. */
export function inputCount(shared: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(shared, 0, 2), 0);
}

export function lastInput(shared: SharedArrayBuffer): Uint8Array {
  const length = Atomics.load(new Int32Array(shared, 0, 2), 1);
  return Uint8Array.from(new Uint8Array(shared, HEAD_BYTES).subarray(0, length));
}
