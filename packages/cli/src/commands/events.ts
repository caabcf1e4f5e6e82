/** `countersign events`: what is kept, looked at and sent on. */
import { TOKEN_VARIABLE } from '../admin-option.ts';
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { eraseEvents } from './events/erase.ts';
import { followEvents } from './events/follow.ts';
import { listEvents } from './events/list.ts';
import { resendEvents } from './events/resend.ts';
import { searchEvents } from './events/search.ts';
import { showEvent } from './events/show.ts';
import { testEvent } from './events/test.ts';

export const events: CommandGroup = commandOf(
  {
    name: 'events',
    summary: 'kept events: lists, shows, searches, follows, sends again, erases; writes one as a test',
    details: [
      `The gateway that runs is asked, at listen.admin, with admin.token or $${TOKEN_VARIABLE}; where none runs, the store’s file is opened. With --admin and $${TOKEN_VARIABLE} no configuration is needed.`,
      'Exit code 0: done; a list may be empty. 1: not all of it was done, or `search` found nothing. 2: wrong usage or set-up, or what is named is not there; nothing was done.',
    ],
  },
  [listEvents, showEvent, searchEvents, followEvents, resendEvents, eraseEvents, testEvent],
);
