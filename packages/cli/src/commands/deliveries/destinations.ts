/** `countersign deliveries destinations`. */
import type { DestinationView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { withAdmin } from '../../admin-source.ts';
import { GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { paintState, timeText } from '../../events/event-rows.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Style, table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const listDestinations: SubCommand = {
  name: 'destinations',
  usage: '',
  details:
    'destinations shows each destination: its address, its state, and how many deliveries are in each state.',
  options: { ...GATEWAY_OPTIONS, ...JSON_OPTION },
  takes: [],
  examples: [],
  async run(call) {
    const { args, output } = call;
    const views = await withAdmin(call, ({ call: ask }) => ask('destinations', {}));
    if (args.flag('json')) for (const view of views) output.json(view);
    else if (views.length > 0) output.print(table(views.map((view) => destinationRow(view, output.style))));
    else output.say('No destinations.');
    return EXIT.ok;
  },
};

export function destinationRow(view: DestinationView, style: Style): readonly string[] {
  const { name, kind = 'not configured', target = '', state, muted, totals } = view;
  const numbers = Object.entries(totals).map(([word, number]) => `${number} ${word}`);
  return [
    style.bold(visibleText(name)),
    visibleText(kind),
    style.cyan(visibleText(target)),
    muted ? `${paintState(state, style)}, ${style.yellow('muted')}` : paintState(state, style),
    notesOf(view).join(', '),
    visibleText(numbers.join(', ')),
  ];
}

function notesOf({
  reason,
  since,
  drainPerSecond,
  failingSince,
  inFlight,
  heldBy,
}: DestinationView): readonly string[] {
  return [
    ...(reason === undefined ? [] : [visibleText(reason)]),
    ...(since === undefined ? [] : [`since ${timeText(since)}`]),
    ...(drainPerSecond === undefined ? [] : [`at most ${drainPerSecond} a second until it has caught up`]),
    ...(failingSince === undefined ? [] : [`failing since ${timeText(failingSince)}`]),
    ...(inFlight === 0 ? [] : [`${counted(inFlight, 'attempt')} under way`]),
    ...(heldBy === undefined ? [] : [visibleText(heldBy)]),
  ];
}
