/** `countersign deliveries`: events on their way to destinations. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { cancelDeliveries, redriveDeliveries, skipDelivery } from './deliveries/change-deliveries.ts';
import {
  muteDestination,
  pauseDestination,
  resumeDestination,
  unmuteDestination,
} from './deliveries/change-destination.ts';
import { listDestinations } from './deliveries/destinations.ts';
import { listDeliveries } from './deliveries/list.ts';
import { previewDelivery } from './deliveries/preview.ts';

export const deliveries: CommandGroup = commandOf(
  {
    name: 'deliveries',
    summary: 'lists, redrives, cancels or previews deliveries; pauses, resumes or mutes destinations',
    details: [
      'The command asks the running gateway. If none runs, it opens the store’s file, and the next gateway sees what was changed. To change more than ten deliveries it asks first, or needs --yes.',
      'Exit code 0: done; a list may be empty. 1: not done. 2: wrong usage or set-up, or no such event or destination; nothing was done.',
    ],
  },
  [
    listDeliveries,
    listDestinations,
    redriveDeliveries,
    cancelDeliveries,
    skipDelivery,
    pauseDestination,
    resumeDestination,
    muteDestination,
    unmuteDestination,
    previewDelivery,
  ],
);
