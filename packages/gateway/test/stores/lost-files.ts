/** How a store's file gets lost while a gateway runs. */
import { copyFileSync, renameSync, unlinkSync } from 'node:fs';

export type Loss = readonly [what: string, take: (file: string) => void];

export const LOSSES: readonly Loss[] = [
  ['deleted', (file) => unlinkSync(file)],
  ['moved', (file) => renameSync(file, `${file}.old`)],
  [
    'replaced',
    (file) => {
      copyFileSync(file, `${file}.new`);
      renameSync(`${file}.new`, file);
    },
  ],
];

/** What the log and the probes say of each. */
export const LOST =
  'The store’s file, or the -wal file beside it, was deleted, moved or replaced while the gateway runs, and nothing can be kept. Put both back, or start the gateway again with the file that is to be used.';
