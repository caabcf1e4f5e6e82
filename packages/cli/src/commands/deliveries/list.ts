/** `countersign deliveries list`. */
import type { DeliveryView } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import { GATEWAY_OPTIONS, JSON_OPTION, LIMIT_OPTION } from '../../day-options.ts';
import { FILTER_OPTIONS, readFilter } from '../../deliveries/delivery-filter.ts';
import { deliveryRow } from '../../events/event-rows.ts';
import { MORE_BY_LIMIT, printList } from '../../printed-list.ts';
import type { SubCommand } from '../../sub-commands.ts';

const MAX_PAGE = 200;

export const listDeliveries: SubCommand = {
  name: 'list',
  usage:
    '[--destination NAME] [--state STATE] [--gate NAME] [--event ID] [--code CODE] [--since TIME] [--until TIME] [--limit N]',
  details: 'list shows deliveries and their states, newest first.',
  options: {
    ...FILTER_OPTIONS,
    ...LIMIT_OPTION,
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [{ note: 'deliveries that were given up', command: 'countersign deliveries list --state dead' }],
  async run(call) {
    const filter = readFilter(call);
    return printList<DeliveryView, number>(call, {
      maxPage: MAX_PAGE,
      withPages: (use) =>
        withAdmin(call, ({ call: ask }) =>
          use(async (place) => {
            const { deliveries: items, next } = await ask('deliveries', { ...filter, ...place });
            return { items, next };
          }),
        ),
      row: deliveryRow,
      empty: 'No deliveries.',
      more: () => MORE_BY_LIMIT,
    });
  },
};
