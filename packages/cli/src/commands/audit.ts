/** `countersign audit`: who changed or saw what through the admin API, and whether that record is whole. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { listAudit } from './audit/list.ts';
import { verifyAudit } from './audit/verify.ts';

export const audit: CommandGroup = commandOf(
  {
    name: 'audit',
    summary: 'shows who changed or saw what, and checks that nobody has changed that record',
    details: [
      'If no gateway runs, the file of the store is opened read-only.',
      'Exit code 0: done; of verify: the chain is whole. 1: something is missing, was changed, or cannot be checked. 2: wrong usage or set-up, or no such file or store.',
    ],
  },
  [listAudit, verifyAudit],
);
