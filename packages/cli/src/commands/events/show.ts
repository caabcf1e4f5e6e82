/** `countersign events show`. */
import { withAdmin } from '../../admin-source.ts';
import { checkedId, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { eventText } from '../../events/event-text.ts';
import { EXIT } from '../../exit-codes.ts';
import type { SubCommand } from '../../sub-commands.ts';

export const showEvent: SubCommand = {
  name: 'show',
  usage: 'ID',
  details:
    'show prints one event: how it was verified, its headers (without secrets) and body, and each attempt to deliver it, with what to do about a failure.',
  options: { ...GATEWAY_OPTIONS, ...JSON_OPTION },
  takes: ['ID'],
  examples: [
    {
      note: 'why it was not delivered',
      command: 'countersign events show 019ac2f4-4d5e-7000-8a3b-5d1c0e9f7a21',
    },
  ],
  async run(call, [word = '']) {
    const id = checkedId(word);
    const event = await withAdmin(call, ({ call: ask }) => ask('event', { id }));
    if (call.args.flag('json')) call.output.json(event);
    else call.output.print(eventText(event, call.output.style, call.io.now()));
    return EXIT.ok;
  },
};
