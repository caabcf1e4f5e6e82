/** `countersign events resend`: one event, or all that a filter names. */
import { AdminError, type EventQuery, type EventSummaryView, type ResentView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { type Admin, withAdmin } from '../../admin-source.ts';
import type { Arguments } from '../../arguments.ts';
import type { Call } from '../../command.ts';
import {
  CHANGE_OPTIONS,
  checkedId,
  GATE_OPTION,
  GATEWAY_OPTIONS,
  JSON_OPTION,
  readTime,
  TIME_OPTIONS,
} from '../../day-options.ts';
import { isAgreed } from '../../events/agreed.ts';
import { deliveriesText } from '../../events/event-rows.ts';
import { paged } from '../../events/paged.ts';
import { TENANT_OPTION } from '../../events/search-options.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { createProgress } from '../../progress.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

const FILTERS = ['gate', 'type', 'tenant', 'unmatched', 'since', 'until'];

export const resendEvents: SubCommand = {
  name: 'resend',
  usage:
    '[ID] [--to DESTINATION] [--gate NAME] [--type TYPE] [--tenant NAME] [--unmatched] [--since TIME] [--until TIME] [--dry-run]',
  details:
    'resend replays an event, with a fresh signature: to each destination that it had, or to the one that you name, whether or not it matched that one. If the destination has an order, the event waits behind those of its key. Without an ID, it resends all events that the filters match.',
  options: {
    to: {
      value: 'DESTINATION',
      description: 'where to send it; default: each destination that the event had',
    },
    ...GATE_OPTION,
    type: { value: 'TYPE', description: 'only events of this type' },
    ...TENANT_OPTION,
    unmatched: { description: 'only events that matched no destination' },
    ...TIME_OPTIONS,
    ...CHANGE_OPTIONS,
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: ['[ID]'],
  examples: [
    {
      note: 'events since yesterday that matched no destination, to one that was added today',
      command: 'countersign events resend --unmatched --since 1d --to shop --dry-run',
    },
  ],
  run: (call, [word]) => (word === undefined ? resendMany(call) : resendOne(call, checkedId(word))),
};

async function resendOne(call: Call, id: string): Promise<ExitCode> {
  const { args, output } = call;
  const filter = FILTERS.find((name) => args.flag(name));
  if (filter !== undefined)
    throw new UsageError(`an ID and --${filter} are given`, 'Name one event, or filter those that are kept.');
  const isDry = args.flag('dry-run');
  const { sent, unsent } = await withAdmin(call, ({ call: ask }) =>
    isDry ? wouldSend(ask, id, args.text('to')) : ask('resendEvent', { id, destination: args.text('to') }),
  );
  if (args.flag('json')) output.json({ event: id, sent, unsent, dryRun: isDry });
  else {
    if (sent.length > 0)
      output.say(`${isDry ? 'Would be sent' : 'Sent'} again: to ${visibleText(sent.join(', '))}.`);
    if (unsent.length > 0)
      output.warn(
        `Not sent to ${visibleText(unsent.join(', '))}: an attempt is under way, or another of its key comes first.`,
      );
  }
  return unsent.length === 0 ? EXIT.ok : EXIT.refused;
}

async function wouldSend(ask: Admin['call'], id: string, destination: string | undefined) {
  const { deliveries, erasedAt, bodySha256 } = await ask('event', { id });
  if (erasedAt !== undefined)
    throw new UsageError('the event was erased: there is nothing left to send', 'Choose another event.');
  if (bodySha256 !== undefined)
    throw new UsageError(
      'a hash is kept in place of the event’s body: it cannot be sent',
      'Have the sender send it again.',
    );
  const names =
    destination === undefined ? deliveries.map((delivery) => delivery.destination) : [destination];
  return { sent: names, unsent: [] };
}

async function resendMany(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  if (!FILTERS.some((name) => args.flag(name)))
    throw new UsageError(
      'nothing says which events to send again',
      'Give an ID, or a filter such as --gate or --since.',
    );
  const query = eventsQuery(args, io.now());
  const destination = args.text('to');
  const progress = createProgress(io);
  return withAdmin(call, async ({ call: ask }) => {
    const ids: string[] = [];
    let passedOver = 0;
    for await (const event of eventsToSend(ask, query)) {
      if (event.erasedAt === undefined) ids.push(event.id);
      else passedOver++;
      progress.show(`${counted(ids.length, 'event')} chosen`);
    }
    progress.clear();
    const deed = `${counted(ids.length, 'event')} would be sent again`;
    if (args.flag('dry-run')) {
      sayPassedOver(output, passedOver);
      if (args.flag('json')) output.json({ events: ids.length, ...passedOverView(passedOver), dryRun: true });
      else output.print(`${deed}.`);
      return EXIT.ok;
    }
    if (!(await isAgreed(call, ids.length, deed))) return EXIT.refused;
    const counts = { sent: 0, unsent: 0 };
    // The first kept goes first.
    for (const id of ids.toReversed()) {
      const result: Resent = await ask('resendEvent', { id, destination }).catch(nowhere);
      counts.sent += result.sent.length;
      counts.unsent += result.unsent.length;
      if (result.isWhole === false) passedOver++;
      progress.show(`${deliveriesText(counts.sent)} made`);
    }
    progress.clear();
    sayPassedOver(output, passedOver);
    if (args.flag('json')) output.json({ events: ids.length, ...counts, ...passedOverView(passedOver) });
    else
      output.print(
        `${counted(ids.length, 'event')}: ${deliveriesText(counts.sent)} made${counts.unsent === 0 ? '' : `, ${counts.unsent} not made`}.`,
      );
    return counts.unsent === 0 ? EXIT.ok : EXIT.refused;
  });
}

/** What became of one of many. */
interface Resent extends ResentView {
  /** False: it cannot be sent, and nothing is amiss with its destinations. */
  readonly isWhole?: boolean;
}

/** One that was on its way nowhere, is gone meanwhile, or cannot be sent holds nobody up. */
function nowhere(error: unknown): Resent {
  const code = error instanceof AdminError ? error.code : undefined;
  if (code === 'event-erased' || code === 'event-not-whole') return { sent: [], unsent: [], isWhole: false };
  if (code === 'no-such-delivery' || code === 'no-such-event') return { sent: [], unsent: [''] };
  throw error;
}

/** Absent where there are none. */
function passedOverView(count: number): { readonly passedOver?: number } {
  return count === 0 ? {} : { passedOver: count };
}

function sayPassedOver(output: Call['output'], count: number): void {
  if (count === 0) return;
  output.warn(
    `${counted(count, 'event')} ${count === 1 ? 'is' : 'are'} left out: incomplete (erased, kept as a hash, or damaged).`,
  );
}

function eventsQuery(args: Arguments, nowMs: number): EventQuery {
  return {
    gate: args.text('gate'),
    type: args.text('type'),
    tenant: args.text('tenant'),
    ...(args.flag('unmatched') && { unmatched: true }),
    since: readTime(args, 'since', nowMs),
    until: readTime(args, 'until', nowMs),
    limit: 200,
  };
}

function eventsToSend(ask: Admin['call'], query: EventQuery): AsyncGenerator<EventSummaryView> {
  return paged<EventSummaryView, string>(async (before) => {
    const { events, next } = await ask('events', { ...query, before });
    return { items: events, next };
  });
}
