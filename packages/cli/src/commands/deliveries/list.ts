/** `countersign deliveries list`. */
import type { DeliveryView } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import { GATEWAY_OPTIONS, JSON_OPTION, readLimit } from '../../day-options.ts';
import { FILTER_OPTIONS, readFilter } from '../../deliveries/delivery-filter.ts';
import { deliveryRow } from '../../events/event-rows.ts';
import { firstOf, paged } from '../../events/paged.ts';
import { EXIT } from '../../exit-codes.ts';
import { table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';

const DEFAULT_LIMIT = 20;
const PAGE = 200;

export const listDeliveries: SubCommand = {
  name: 'list',
  usage:
    '[--destination NAME] [--state STATE] [--gate NAME] [--event ID] [--code CODE] [--from TIME] [--until TIME] [--limit N]',
  details: 'list shows deliveries and their states, newest first.',
  options: {
    ...FILTER_OPTIONS,
    limit: { value: 'N', description: `how many at most; default: ${DEFAULT_LIMIT}` },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [{ note: 'what was given up', command: 'countersign deliveries list --state dead' }],
  async run(call) {
    const { args, output } = call;
    const limit = readLimit(args, DEFAULT_LIMIT);
    const filter = readFilter(call);
    const { items, hasMore } = await withAdmin(call, ({ call: ask }) =>
      firstOf<DeliveryView>(
        paged<DeliveryView, number>(async (before) => {
          const page = await ask('deliveries', { ...filter, before, limit: Math.min(limit + 1, PAGE) });
          return { items: page.deliveries, next: page.next };
        }),
        limit,
      ),
    );
    if (args.flag('json')) for (const delivery of items) output.json(delivery);
    else if (items.length > 0)
      output.print(table(items.map((delivery) => deliveryRow(delivery, output.style))));
    else output.say('No deliveries.');
    if (hasMore && !args.flag('json'))
      output.say(output.errorStyle.dim('There are more: --limit shows them.'));
    return EXIT.ok;
  },
};
