/** `countersign events`: what is kept, looked at and sent on. */
import { TOKEN_VARIABLE } from '../admin-option.ts';
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { eraseEvents } from './events/erase.ts';
import { followEvents } from './events/follow.ts';
import { listEvents } from './events/list.ts';
import { refusedEvents } from './events/refused.ts';
import { resendEvents } from './events/resend.ts';
import { searchEvents } from './events/search.ts';
import { showEvent } from './events/show.ts';
import { testEvent } from './events/test.ts';

export const events: CommandGroup = commandOf(
  {
    name: 'events',
    summary:
      'lists, shows, searches, follows, resends or erases kept events, lists refused requests; writes an event as a test',
    details: [
      `The command asks the running gateway, at listen.admin, with admin.token or $${TOKEN_VARIABLE}. If none runs, it opens the store’s file. With --admin and $${TOKEN_VARIABLE} it needs no configuration.`,
      'Exit code 0: done; a list may be empty. 1: only partly done, or `search` has no result. 2: wrong usage or set-up, or no such event or gate; nothing was done.',
    ],
  },
  [listEvents, refusedEvents, showEvent, searchEvents, followEvents, resendEvents, eraseEvents, testEvent],
);
