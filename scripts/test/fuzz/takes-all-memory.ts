/** A thread whose input takes all memory that there is. */
import { workerData } from 'node:worker_threads';
import { noteInput } from '../../../fuzz/shared-input.ts';

const { shared } = workerData as { readonly shared: SharedArrayBuffer };
noteInput(shared, Buffer.from('a bomb'));
const held: number[][] = [];
for (;;) held.push(Array.from({ length: 100_000 }, (_, i) => i));
