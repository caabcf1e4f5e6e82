/** `countersign store`: what a gateway's store holds, as a whole. */
import type { Command } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { exportStore } from './store/export.ts';
import { importStore } from './store/import.ts';

export const store: Command = commandOf(
  {
    name: 'store',
    summary: 'the store: exports events as lines of JSON, and imports them',
    details: ['Exit code 0: done. 1: not all of it was done. 2: wrong usage or set-up; nothing was done.'],
  },
  [exportStore, importStore],
);
