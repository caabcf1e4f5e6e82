/** A thread whose second input never ends. */
import { workerData } from 'node:worker_threads';
import { noteInput } from '../../../fuzz/shared-input.ts';

const { shared } = workerData as { readonly shared: SharedArrayBuffer };
noteInput(shared, Buffer.from('the first'));
noteInput(shared, Buffer.from('the second'));
for (;;);
