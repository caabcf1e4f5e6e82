/** `countersign store`: what a gateway's store holds, as a whole. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { backupStore } from './store/backup.ts';
import { exportStore } from './store/export.ts';
import { importStore } from './store/import.ts';
import { migrateStore } from './store/migrate.ts';
import { moveStoreCommand } from './store/move.ts';
import { rotateStoreKeyCommand } from './store/rotate-key.ts';
import { storeStats } from './store/stats.ts';
import { verifyStore } from './store/verify.ts';

export const store: CommandGroup = commandOf(
  {
    name: 'store',
    summary: 'measures, exports, imports, verifies, backs up, migrates or moves the store, rotates its key',
    details: [
      'Exit code 0: done. 1: only partly done. 2: wrong usage or set-up, or no such file or store; nothing was done.',
    ],
  },
  [
    storeStats,
    exportStore,
    importStore,
    verifyStore,
    backupStore,
    migrateStore,
    moveStoreCommand,
    rotateStoreKeyCommand,
  ],
);
