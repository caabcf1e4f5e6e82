/** `countersign deliveries pause`, `resume`, `mute`, `unmute`. */
import type { DestinationChangeWord } from '@countersign/api';
import { withAdmin } from '../../admin-source.ts';
import type { Arguments } from '../../arguments.ts';
import { GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { destinationRow } from './destinations.ts';

const MAX_PER_SECOND = 100_000;

export const pauseDestination: SubCommand = changing(
  'pause',
  'pause stops sending to a destination, and events for it wait; resume sends them, and enables a disabled destination again.',
  [{ note: 'while the shop is being moved', command: 'countersign deliveries pause shop' }],
);

export const resumeDestination: SubCommand = changing(
  'resume',
  '--per-second limits how fast resume catches up.',
  [{ note: 'slowly', command: 'countersign deliveries resume shop --per-second 20' }],
);

export const muteDestination: SubCommand = changing(
  'mute',
  'mute marks new events for a destination as muted and does not send them; unmute ends that. `redrive --state muted` sends them later.',
  [],
);

export const unmuteDestination: SubCommand = changing('unmute', '', []);

function changing(
  change: DestinationChangeWord,
  details: string,
  examples: SubCommand['examples'],
): SubCommand {
  const isResume = change === 'resume';
  return {
    name: change,
    usage: isResume ? 'DESTINATION [--per-second N]' : 'DESTINATION',
    details,
    options: {
      ...(isResume && {
        'per-second': { value: 'N', description: 'at most this many a second, until it has caught up' },
      }),
      ...GATEWAY_OPTIONS,
      ...JSON_OPTION,
    },
    takes: ['DESTINATION'],
    examples,
    async run(call, [destination = '']) {
      const { args, output } = call;
      const drainPerSecond = isResume ? readRate(args) : undefined;
      const view = await withAdmin(call, ({ call: ask }) =>
        ask('changeDestination', { destination, change, drainPerSecond }),
      );
      if (args.flag('json')) output.json(view);
      else output.print(table([destinationRow(view, output.style)]));
      return EXIT.ok;
    },
  };
}

function readRate(args: Arguments): number | undefined {
  const text = args.text('per-second');
  if (text === undefined) return undefined;
  const rate = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (rate >= 1 && rate <= MAX_PER_SECOND) return rate;
  throw new UsageError(
    `--per-second is not a whole number from 1 to ${MAX_PER_SECOND}`,
    'E.g. --per-second 20.',
  );
}
