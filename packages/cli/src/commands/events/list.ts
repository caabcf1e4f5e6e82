/** `countersign events list`. */
import type { EventSummaryView } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import { GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION, readLimit } from '../../day-options.ts';
import { eventRow } from '../../events/event-rows.ts';
import { firstOf, paged } from '../../events/paged.ts';
import { EXIT } from '../../exit-codes.ts';
import { table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';

const DEFAULT_LIMIT = 20;
const PAGE = 200;

export const listEvents: SubCommand = {
  name: 'list',
  usage: '[--gate NAME] [--type TYPE] [--unmatched] [--limit N] [--before ID]',
  details: 'list shows kept events, newest first; with --unmatched only events that matched no destination.',
  options: {
    ...GATE_OPTION,
    type: { value: 'TYPE', description: 'only events of this type, e.g. push' },
    unmatched: { description: 'only events that matched none of their gate’s destinations' },
    limit: { value: 'N', description: `how many at most; default: ${DEFAULT_LIMIT}` },
    before: { value: 'ID', description: 'only events kept before this one' },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [{ note: 'what came last', command: 'countersign events list' }],
  async run(call) {
    const { args, output } = call;
    const limit = readLimit(args, DEFAULT_LIMIT);
    const query = {
      gate: args.text('gate'),
      type: args.text('type'),
      ...(args.flag('unmatched') && { unmatched: true }),
      limit: Math.min(limit + 1, PAGE),
    };
    const { items, hasMore } = await withAdmin(call, ({ call: ask }) =>
      firstOf<EventSummaryView>(
        paged(async (before: string | undefined) => {
          const { events, next } = await ask('events', { ...query, before });
          return { items: events, next };
        }, args.text('before')),
        limit,
      ),
    );
    if (args.flag('json')) for (const event of items) output.json(event);
    else if (items.length > 0) output.print(table(items.map((event) => eventRow(event, output.style))));
    else output.say('No events.');
    const last = items.at(-1);
    if (hasMore && last !== undefined && !args.flag('json'))
      output.say(output.errorStyle.dim(`There are more: --before ${last.id}`));
    return EXIT.ok;
  },
};
