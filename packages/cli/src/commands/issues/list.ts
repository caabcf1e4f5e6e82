/** `countersign issues list`. */

import { ISSUE_STATE_WORDS, type IssueView } from '@countersign/api';
import { GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION, LIMIT_OPTION } from '../../day-options.ts';
import { ISSUE_REASON_WORDS } from '../../events/search-options.ts';
import { issueRow } from '../../issues/issue-text.ts';
import { MORE_BY_LIMIT, printList } from '../../printed-list.ts';
import { readWord } from '../../read-word.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

const MAX_PAGE = 200;

export const listIssues: SubCommand = {
  name: 'list',
  usage: '[--state STATE] [--gate NAME] [--destination NAME] [--reason REASON] [--limit N]',
  details:
    'list shows refused requests and failed deliveries, grouped into one line for each gate or destination and reason, the last opened first.',
  options: {
    state: { value: 'STATE', description: `only these: ${ISSUE_STATE_WORDS.join(', ')}` },
    ...GATE_OPTION,
    destination: { short: 'd', value: 'NAME', description: 'only of deliveries to this destination' },
    reason: { value: 'REASON', description: 'only of this reason, e.g. signature-mismatch' },
    ...LIMIT_OPTION,
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [{ note: 'what fails now', command: 'countersign issues list --state open' }],
  async run(call) {
    const { args } = call;
    const filter = {
      state: readWord(args.text('state'), ISSUE_STATE_WORDS, 'no issue has the state'),
      gate: args.text('gate'),
      destination: args.text('destination'),
      reason: readWord(args.text('reason'), ISSUE_REASON_WORDS, 'there is no reason'),
    };
    return printList<IssueView, number>(call, {
      maxPage: MAX_PAGE,
      withPages: (use) =>
        withRunningGateway(call, (client) =>
          use(async (place) => {
            const { issues: items, next } = await client.call('issues', { ...filter, ...place });
            return { items, next };
          }),
        ),
      row: issueRow,
      empty: 'No issues.',
      more: () => MORE_BY_LIMIT,
    });
  },
};
