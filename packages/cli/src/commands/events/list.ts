/** `countersign events list`. */

import { EVENT_VERDICTS, type EventSummaryView } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import type { Arguments } from '../../arguments.ts';
import { GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION, LIMIT_OPTION } from '../../day-options.ts';
import { eventRow } from '../../events/event-rows.ts';
import { readSearch, SEARCH_OPTIONS, TENANT_OPTION } from '../../events/search-options.ts';
import { printList } from '../../printed-list.ts';
import { readWord } from '../../read-word.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

const MAX_PAGE = 200;

export const listEvents: SubCommand = {
  name: 'list',
  usage:
    '[--gate NAME] [--type TYPE] [--tenant NAME] [--verdict VERDICT] [--words TEXT] [SEARCH OPTIONS] [--limit N] [--before ID]',
  details:
    'list shows kept events, newest first: those that match every option that is given. --words finds events by the words of their bodies, all of them, and "phrases" in quotes, at gates with keep.fullText. Values that are masked or kept encrypted are not found.',
  options: {
    ...GATE_OPTION,
    type: { value: 'TYPE', description: 'only events of this type, e.g. push' },
    ...TENANT_OPTION,
    verdict: {
      value: 'VERDICT',
      description: 'accepted, unsigned, or refused: what a gate that monitors has let through',
    },
    words: { value: 'TEXT', description: 'only with these words, where the gate has a full-text index' },
    ...SEARCH_OPTIONS,
    unmatched: { description: 'only events that matched none of their gate’s destinations' },
    ...LIMIT_OPTION,
    before: { value: 'ID', description: 'only events kept before this one' },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [
    { note: 'the newest events', command: 'countersign events list' },
    {
      note: 'the events about a charge, since yesterday',
      command: 'countersign events list --member data.object.id=ch_1 --since 24h',
    },
  ],
  async run(call) {
    const { args, io, output } = call;
    const query = {
      gate: args.text('gate'),
      type: args.text('type'),
      tenant: args.text('tenant'),
      verdict: readWord(args.text('verdict'), EVENT_VERDICTS, 'no event has the verdict'),
      words: readWords(args),
      ...readSearch(args, io.now()),
      ...(args.flag('unmatched') && { unmatched: true }),
    };
    const damaged = new Set<string>();
    let indexing: readonly string[] = [];
    const code = await printList<EventSummaryView, string>(call, {
      maxPage: MAX_PAGE,
      before: args.text('before'),
      withPages: (use) =>
        withAdmin(call, ({ call: ask }) =>
          use(async (place) => {
            const { events: items, ...page } = await ask('events', { ...query, ...place });
            for (const id of page.damaged ?? []) damaged.add(id);
            indexing = page.indexing ?? [];
            return { ...page, items };
          }),
        ),
      row: eventRow,
      empty: 'No events.',
      more: ({ id }) => `--before ${id}`,
    });
    for (const id of damaged)
      output.warn(`The event ${visibleText(id)} is not searched: it is damaged in the store.`);
    if (indexing.length > 0)
      output.warn(
        `Some events may be missing: the full-text index is still being built (${indexing.map(visibleText).join(', ')}).`,
      );
    return code;
  },
};

function readWords(args: Arguments): string | undefined {
  const text = args.text('words');
  if (text === undefined || /^(?=.*[\p{L}\p{N}]).{1,500}$/su.test(text)) return text;
  throw new UsageError('--words has no word', 'Give letters or digits, 500 characters at most.');
}
