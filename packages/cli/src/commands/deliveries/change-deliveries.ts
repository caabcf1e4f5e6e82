/** `countersign deliveries redrive` and `cancel`: many by a filter, in steps. `skip`: one. */
import type { DeliveryChangeWord, DeliveryFilter } from '@countersign/api';
import { type Admin, withAdmin } from '../../admin-source.ts';
import type { Call } from '../../command.ts';
import { CHANGE_OPTIONS, checkedId, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { FILTER_OPTIONS, readFilter } from '../../deliveries/delivery-filter.ts';
import { isAgreed } from '../../events/agreed.ts';
import { deliveriesText } from '../../events/event-rows.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { createProgress, type Progress } from '../../progress.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';

const STEP = 200;
const FILTER_USAGE =
  '[--destination NAME] [--state STATE] [--gate NAME] [--event ID] [--code CODE] [--since TIME] [--until TIME] [--dry-run]';
const DONE: Readonly<Record<DeliveryChangeWord, string>> = {
  redrive: 'redriven',
  cancel: 'cancelled',
  skip: 'skipped',
};

export const redriveDeliveries: SubCommand = changingMany(
  'redrive',
  'redrive starts the retries of dead deliveries (the dead-letter queue) again, or of those in the given --state. cancel ends waiting deliveries. Both need a filter; --dry-run only counts.',
  [
    {
      note: 'everything that a broken receiver missed',
      command: 'countersign deliveries redrive --destination shop --since 2h',
    },
  ],
);

export const cancelDeliveries: SubCommand = changingMany('cancel', '', []);

export const skipDelivery: SubCommand = {
  name: 'skip',
  usage: 'EVENT DESTINATION',
  details:
    'skip gives up a dead delivery that blocks its key (order), so that the next event of the key is sent. Exit code 1: it blocks none.',
  options: { ...GATEWAY_OPTIONS, ...JSON_OPTION },
  takes: ['EVENT', 'DESTINATION'],
  examples: [],
  async run(call, [word = '', destination = '']) {
    const event = checkedId(word);
    const { changed } = await withAdmin(call, ({ call: ask }) =>
      ask('changeDeliveries', { change: 'skip', event, destination }),
    );
    if (call.args.flag('json')) call.output.json({ skipped: changed === 1 });
    else if (changed === 1) call.output.say('Skipped: the next event of its key is sent now.');
    else call.output.say('Nothing was skipped: no dead delivery of this event blocks its key there.');
    return changed === 1 ? EXIT.ok : EXIT.refused;
  },
};

function changingMany(
  change: 'redrive' | 'cancel',
  details: string,
  examples: SubCommand['examples'],
): SubCommand {
  return {
    name: change,
    usage: FILTER_USAGE,
    details,
    options: { ...FILTER_OPTIONS, ...CHANGE_OPTIONS, ...GATEWAY_OPTIONS, ...JSON_OPTION },
    takes: [],
    examples,
    run: (call) => changeMany(call, change),
  };
}

async function changeMany(call: Call, change: 'redrive' | 'cancel'): Promise<ExitCode> {
  const { args, io, output } = call;
  const filter = readFilter(call);
  if (Object.values(filter).every((value) => value === undefined)) {
    throw new UsageError(
      `nothing says which deliveries are to be ${DONE[change]}`,
      'Give a filter such as --destination, --event or --since; --dry-run counts what it names.',
    );
  }
  const isDry = args.flag('dry-run');
  const progress = createProgress(io);
  return withAdmin(call, async ({ call: ask }) => {
    const { count, withoutBody } = await inSteps(
      ask,
      { ...filter, change, dryRun: true },
      progress,
      'counted',
    );
    if (withoutBody > 0) output.warn(passedOverText(withoutBody));
    const deed = `${deliveriesText(count)} would be ${DONE[change]}`;
    if (isDry || count === 0) {
      if (args.flag('json')) output.json({ [isDry ? 'wouldChange' : 'changed']: count });
      else output.print(isDry ? `${deed}.` : `No matching delivery can be ${DONE[change]}.`);
      return EXIT.ok;
    }
    if (!(await isAgreed(call, count, deed))) return EXIT.refused;
    const { count: changed } = await inSteps(ask, { ...filter, change }, progress, DONE[change]);
    if (args.flag('json')) output.json({ changed });
    else output.print(`${deliveriesText(changed)} ${changed === 1 ? 'is' : 'are'} ${DONE[change]}.`);
    return EXIT.ok;
  }).finally(() => progress.clear());
}

async function inSteps(
  ask: Admin['call'],
  input: DeliveryFilter & { readonly change: DeliveryChangeWord; readonly dryRun?: boolean },
  progress: Progress,
  word: string,
): Promise<{ readonly count: number; readonly withoutBody: number }> {
  let all = 0;
  let allWithoutBody = 0;
  for (let before: number | undefined; ; ) {
    const step = await ask('changeDeliveries', { ...input, before, limit: STEP });
    const { changed, withoutBody = 0, next } = step;
    all += changed;
    allWithoutBody += withoutBody;
    progress.show(`${all} ${word}`);
    if (next === undefined) break;
    before = next;
  }
  progress.clear();
  return { count: all, withoutBody: allWithoutBody };
}

function passedOverText(count: number): string {
  return count === 1
    ? '1 delivery is left out: the body of its event is not kept.'
    : `${count} deliveries are left out: the bodies of their events are not kept.`;
}
