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
    summary: 'deliveries and destinations: lists, redrives, cancels, pauses, resumes, mutes, previews',
    details: [
      'The gateway that runs is asked; where none runs, the store’s file is opened, and the next gateway goes by it. More than ten are changed at --yes, or once somebody has said so.',
      'Exit code 0: done; a list may be empty. 1: not done. 2: wrong usage or set-up, or what is named is not there; nothing was done.',
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
