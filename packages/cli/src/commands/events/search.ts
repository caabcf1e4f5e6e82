/** `countersign events search`. */
import type { EventMatchView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { withAdmin } from '../../admin-source.ts';
import { GATE_OPTION, GATEWAY_OPTIONS, JSON_OPTION, LIMIT_OPTION, readLimit } from '../../day-options.ts';
import { eventRow } from '../../events/event-rows.ts';
import { EXIT } from '../../exit-codes.ts';
import { growingTable } from '../../output.ts';
import { createProgress } from '../../progress.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

const MAX_CHARS = 500;

export const searchEvents: SubCommand = {
  name: 'search',
  usage: 'TEXT [--gate NAME] [--limit N] [--before ID]',
  details:
    'search looks for a text in the body, URL and headers of every event, byte for byte, newest first. It does not search values that a gate masks. It names an event that is damaged in the store on standard error, and searches the others. Exit code 1: no event has the text.',
  options: {
    ...GATE_OPTION,
    ...LIMIT_OPTION,
    before: { value: 'ID', description: 'only events kept before this one' },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: ['TEXT'],
  examples: [{ note: 'which events name a customer', command: 'countersign events search cus_81c' }],
  async run(call, [text = '']) {
    const { args, io, output } = call;
    const limit = readLimit(args);
    if (text.length === 0 || text.length > MAX_CHARS)
      throw new UsageError(
        'the text to search for is empty or too long',
        `Give 1 to ${MAX_CHARS} characters.`,
      );
    const progress = createProgress(io);
    const aligned = growingTable();
    let matches = 0;
    let damaged = 0;
    await withAdmin(call, async ({ call: ask }) => {
      let searched = 0;
      for (let before = args.text('before'); ; ) {
        const page = await ask('searchEvents', {
          text,
          gate: args.text('gate'),
          before,
          limit: Math.min(limit - matches, 200),
        });
        searched += page.searched;
        progress.clear();
        for (const event of page.events) {
          if (args.flag('json')) output.json(event);
          else output.print(aligned([...eventRow(event, output.style), placeText(event)]));
        }
        matches += page.events.length;
        for (const id of page.damaged) {
          damaged++;
          output.warn(`The event ${visibleText(id)} is not searched: it is damaged in the store.`);
        }
        if (page.next === undefined) return;
        if (matches >= limit) {
          if (!args.flag('json'))
            output.say(output.errorStyle.dim(`Stopped at the limit: --before ${page.next} continues.`));
          return;
        }
        before = page.next;
        progress.show(`${counted(searched, 'event')} read`);
      }
    }).finally(() => progress.clear());
    if (matches === 0 && !args.flag('json'))
      output.say(damaged === 0 ? 'No event has that text.' : 'No event that can be read has that text.');
    return matches === 0 ? EXIT.refused : EXIT.ok;
  },
};

function placeText({ matches, header }: EventMatchView): string {
  return header === undefined ? `in the ${matches}` : `in the header ${visibleText(header)}`;
}
