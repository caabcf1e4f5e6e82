/** `countersign issues show`. */
import { GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { checkedIssueId, issueText } from '../../issues/issue-text.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

export const showIssue: SubCommand = {
  name: 'show',
  usage: 'ID',
  details:
    'show prints one issue: how often and since when, its causes as far as they were explained, and what to do next.',
  options: { ...GATEWAY_OPTIONS, ...JSON_OPTION },
  takes: ['ID'],
  examples: [],
  async run(call, [word = '']) {
    const id = checkedIssueId(word);
    const issue = await withRunningGateway(call, (client) => client.call('issue', { id }));
    if (call.args.flag('json')) call.output.json(issue);
    else call.output.print(issueText(issue, call.output.style));
    return EXIT.ok;
  },
};
