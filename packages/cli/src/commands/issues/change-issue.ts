/** `countersign issues ack` and `close`. */
import type { IssueChangeWord } from '@countersign/api';
import type { OptionSpecs } from '../../arguments.ts';
import { GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { checkedIssueId, issueRow } from '../../issues/issue-text.ts';
import { table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

const NOTE: OptionSpecs = {
  note: { value: 'TEXT', description: 'for whoever looks at it next, up to 500 characters' },
};

function changing(
  head: Pick<SubCommand, 'name' | 'details' | 'examples'>,
  change: IssueChangeWord,
): SubCommand {
  return {
    ...head,
    usage: 'ID [--note TEXT]',
    options: { ...NOTE, ...GATEWAY_OPTIONS, ...JSON_OPTION },
    takes: ['ID'],
    async run(call, [word = '']) {
      const { args, output } = call;
      const id = checkedIssueId(word);
      const note = checkedNote(args.text('note'));
      const issue = await withRunningGateway(call, (client) =>
        client.call('changeIssue', { id, change, note }),
      );
      if (args.flag('json')) output.json(issue);
      else output.print(table([issueRow(issue, output.style)]));
      return EXIT.ok;
    },
  };
}

/** As the admin API takes it. */
function checkedNote(text: string | undefined): string | undefined {
  if (text === undefined || /^(?:[^\p{Cc}]|\n){1,500}$/u.test(text)) return text;
  throw new UsageError(
    '--note is empty, has control characters or is longer than 500 characters',
    'Give a sentence or two.',
  );
}

export const acknowledgeIssue: SubCommand = changing(
  {
    name: 'ack',
    details:
      'ack says that somebody is working on it: more failures do not open it again before it is closed.',
    examples: [
      {
        note: 'somebody is working on it',
        command: 'countersign issues ack 0f343b0931126a20 --note "asked the partner"',
      },
    ],
  },
  'acknowledge',
);

export const closeIssue: SubCommand = changing(
  { name: 'close', details: 'close marks it as done; the next failure opens it again.', examples: [] },
  'close',
);
