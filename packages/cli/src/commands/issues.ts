/** `countersign issues`: failures of one kind as one line. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { acknowledgeIssue, closeIssue } from './issues/change-issue.ts';
import { listIssues } from './issues/list.ts';
import { showIssue } from './issues/show.ts';

export const issues: CommandGroup = commandOf(
  {
    name: 'issues',
    summary: 'shows failures grouped by gate or destination and by reason; acknowledges or closes them',
    details: [
      'The command asks the running gateway, at listen.admin, with admin.token. Exit code 0: done; a list may be empty. 2: wrong usage or set-up, or no such issue; nothing was done.',
    ],
  },
  [listIssues, showIssue, acknowledgeIssue, closeIssue],
);
