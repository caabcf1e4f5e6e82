/** `countersign keys`: a gate's keys, shown and rotated while the gateway runs. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { addGateKey } from './keys/add.ts';
import { activateKey, makeKeyNext, removeKey, retireKey, revokeKey } from './keys/change-key.ts';
import { openGateForKey, revealHandedKey } from './keys/hand-over.ts';
import { listKeys } from './keys/list.ts';

export const keys: CommandGroup = commandOf(
  {
    name: 'keys',
    summary: 'rotates a gate’s keys while it runs: lists, adds, activates, retires, revokes or removes them',
    details: [
      'The command asks the running gateway, at listen.admin, with admin.token. A change counts for the next request, at other gateways on the same store within 5 seconds, and after a restart. Exit code 0: done. 1: it was not confirmed, and nothing was done. 2: wrong usage or set-up, or the gateway refuses it; nothing was done.',
    ],
  },
  [
    listKeys,
    addGateKey,
    openGateForKey,
    revealHandedKey,
    activateKey,
    makeKeyNext,
    retireKey,
    revokeKey,
    removeKey,
  ],
);
