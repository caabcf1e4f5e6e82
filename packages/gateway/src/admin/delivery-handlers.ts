/** What the routes of deliveries and destinations do. */
import type {
  DeliveryApi,
  DeliveryChangeView,
  DeliveryFilter,
  DeliveryPage,
  DeliveryWithAttemptsView,
  DestinationView,
  InputOf,
} from '@countersign/api';
import type { DeliveryControl, DestinationStatus } from '../deliver/delivery-control.ts';
import { nextWord, withWord, wordOf } from '../deliver/destination-words.ts';
import { targetText } from '../deliver/target-text.ts';
import type {
  ChangeResult,
  DeliveryChange,
  DeliveryMatch,
  DeliveryTotal,
  DestinationCondition,
} from '../stores/delivery-store.ts';
import type { EventParts, Handlers, KnownDestination } from './admin-parts.ts';
import { deliveryView, destinationView, shownDelivery } from './delivery-views.ts';
import { heldReasons } from './held-deliveries.ts';
import { timeMs } from './iso-time.ts';
import { previewDelivery } from './preview-delivery.ts';
import { Problem } from './problem.ts';
import { readWhole } from './read-whole.ts';
import { resendEvent } from './resend-event.ts';
import { withAttempts } from './sibling-destinations.ts';
import { notRun, unknownDestination } from './unknown-destination.ts';
import { unknownEvent } from './unknown-event.ts';
import { unknownKeeper } from './unknown-gate.ts';

const DEFAULT_LIMIT = 50;
const DEFAULT_CHANGED = 100;
/** Of the attempts of one delivery the last are shown; each may have 4 KB of its answer. */
const SHOWN_ATTEMPTS = 100;

export function createDeliveryHandlers(parts: EventParts): Handlers<DeliveryApi> {
  return {
    deliveries: (input) => listDeliveries(parts, input),
    delivery: (input) => showDelivery(parts, input),
    changeDeliveries: (input) => changeDeliveries(parts, input),
    resendEvent: (input) => resendEvent(parts, input),
    previewDelivery: (input) => previewDelivery(parts, input),
    destinations: () => listDestinations(parts),
    changeDestination: (input) => changeDestination(parts, input),
  };
}

async function listDeliveries(
  parts: EventParts,
  { before, limit = DEFAULT_LIMIT, ...filter }: InputOf<DeliveryApi['deliveries']>,
): Promise<DeliveryPage | Problem> {
  const match = matchOf(filter);
  if (match instanceof Problem) return match;
  const page = await parts.deliveries.list({ ...match, limit, ...(before !== undefined && { before }) });
  if (page.deliveries.length === 0) {
    const problem = await unknownPart(parts, filter);
    if (problem !== undefined) return problem;
  }
  const held = await heldReasons(parts);
  return {
    deliveries: page.deliveries.map((delivery) => deliveryView(parts.masks.delivery(delivery), held)),
    ...(page.next !== undefined && { next: page.next }),
  };
}

async function showDelivery(
  parts: EventParts,
  { event, destination }: InputOf<DeliveryApi['delivery']>,
): Promise<DeliveryWithAttemptsView | Problem> {
  const { deliveries, masks } = parts;
  const delivery = await deliveries.get(event, destination);
  if (delivery === undefined) return noSuchDelivery();
  const attempts = await deliveries.attempts(delivery.place, SHOWN_ATTEMPTS);
  return shownDelivery({ masks, held: await heldReasons(parts) }, delivery, attempts);
}

function noSuchDelivery(): Problem {
  return new Problem('no-such-delivery', 'the event is on its way to no such destination');
}

async function changeDeliveries(
  parts: EventParts,
  {
    change: word,
    dryRun = false,
    before,
    limit = DEFAULT_CHANGED,
    ...filter
  }: InputOf<DeliveryApi['changeDeliveries']>,
): Promise<DeliveryChangeView | Problem> {
  const match = matchOf(filter);
  if (match instanceof Problem) return match;
  if (word === 'skip' && (filter.event === undefined || filter.destination === undefined))
    return new Problem('invalid-input', 'skip wants event and destination');
  const result = await parts.deliveries.change({
    match: { ...match, ...defaultState(word, filter) },
    change: CHANGES[word],
    isDryRun: dryRun,
    limit,
    ...(before !== undefined && { before }),
  });
  if (result.changed > 0 && !dryRun) {
    parts.log.info({ change: word, deliveries: result.changed, ...filter }, 'deliveries were changed');
    parts.control?.wake(filter.destination);
  }
  if (result.changed === 0) {
    const problem = (await unknownPart(parts, filter)) ?? (await unsendable(parts, filter.event, result));
    if (problem !== undefined) return problem;
  }
  return result;
}

/** What a filter that no delivery passes names, and there is not. */
async function unknownPart(
  parts: EventParts,
  { gate, destination, event }: DeliveryFilter,
): Promise<Problem | undefined> {
  return (
    (await unknownKeeper(parts, gate)) ??
    (await unknownEvent(parts, event)) ??
    (await unknownDestination(parts, destination))
  );
}

/** Why nothing of the one event that is named was redriven. */
async function unsendable(
  parts: EventParts,
  id: string | undefined,
  { withoutBody = 0 }: ChangeResult,
): Promise<Problem | undefined> {
  if (id === undefined || withoutBody === 0) return undefined;
  const event = await readWhole(parts, id);
  return event instanceof Problem ? event : undefined;
}

const CHANGES: Readonly<Record<InputOf<DeliveryApi['changeDeliveries']>['change'], DeliveryChange>> = {
  redrive: { kind: 'redrive' },
  cancel: { kind: 'cancel', code: 'cancelled-by-operator' },
  skip: { kind: 'cancel', code: 'skipped-by-operator' },
};

/** What was delivered, cancelled or muted is not sent by the way, however narrow the filter: only where its state is named. */
function defaultState(word: string, { state }: DeliveryFilter): Pick<DeliveryMatch, 'state'> {
  return state === undefined && word !== 'cancel' ? { state: 'dead' } : {};
}

function matchOf({ event, since, until, ...filter }: DeliveryFilter): DeliveryMatch | Problem {
  const { destination, state, gate, code } = filter;
  const sinceMs = timeMs(since);
  const untilMs = timeMs(until);
  if (Number.isNaN(sinceMs) || Number.isNaN(untilMs))
    return new Problem('invalid-input', 'since and until must be times that there are');
  return {
    ...(destination !== undefined && { destination }),
    ...(state !== undefined && { state }),
    ...(gate !== undefined && { gate }),
    ...(event !== undefined && { eventId: event }),
    ...(code !== undefined && { code }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
}

/** Those of the configuration in its order, then those of before that have deliveries or a state. */
async function listDestinations({
  control,
  deliveries,
  destinations,
  conditions: readConditions,
  siblings,
}: EventParts): Promise<readonly DestinationView[]> {
  const [totals, conditions] = await Promise.all([deliveries.totals(), readConditions()]);
  const statuses = control ? await statusesOf(control, siblings) : destinations.map(configuredStatus);
  const names = new Set(statuses.map(({ name }) => name));
  const others = new Set([...conditions.keys(), ...totals.map(({ destination }) => destination)]);
  const formers = [...others].filter((name) => !names.has(name)).map((name) => ({ name }));
  return Promise.all(
    [...statuses, ...formers].map(async (status) => {
      const { name } = status;
      const nextDueMs = isWaitedFor(name, totals) ? await deliveries.nextDueMs(name) : undefined;
      return destinationView(status, { condition: conditions.get(name), totals, nextDueMs });
    }),
  );
}

async function statusesOf(
  control: DeliveryControl,
  siblings: EventParts['siblings'],
): Promise<readonly DestinationStatus[]> {
  const statuses = control.list();
  return siblings ? withAttempts(statuses, await siblings.ask('destinations')) : statuses;
}

function isWaitedFor(name: string, totals: readonly DeliveryTotal[]): boolean {
  return totals.some(({ destination, state }) => destination === name && state === 'waiting');
}

/** Where nobody runs it. */
function configuredStatus({ name, target }: KnownDestination) {
  return { name, ...(target && { kind: target.kind, target: targetText(target) }) };
}

async function changeDestination(
  parts: EventParts,
  { destination, change, drainPerSecond }: InputOf<DeliveryApi['changeDestination']>,
): Promise<DestinationView | Problem> {
  if (drainPerSecond !== undefined && change !== 'resume')
    return new Problem('invalid-input', `${change} takes no drainPerSecond`);
  const problem = await unknownDestination(parts, destination);
  if (problem !== undefined) return problem;
  const { control, log } = parts;
  if (control?.has(destination)) await changeByControl(control, destination, change, drainPerSecond);
  else await changeCondition(parts, destination, change, drainPerSecond);
  log.info({ destination, change }, 'a destination was changed');
  const views = await listDestinations(parts);
  return views.find(({ name }) => name === destination) ?? notRun(parts, destination);
}

type DestinationChange = InputOf<DeliveryApi['changeDestination']>['change'];

async function changeByControl(
  control: DeliveryControl,
  name: string,
  change: DestinationChange,
  drainPerSecond: number | undefined,
): Promise<void> {
  switch (change) {
    case 'pause':
      return control.pause(name);
    case 'resume':
      return control.resume(name, drainPerSecond);
    default:
      return control.mute(name, change === 'mute');
  }
}

/** Where nobody makes deliveries now: whoever does so next goes by it. */
async function changeCondition(
  { deliveries, conditions, words, now }: EventParts,
  name: string,
  change: DestinationChange,
  drainPerSecond: number | undefined,
): Promise<void> {
  const condition: DestinationCondition = (await conditions()).get(name) ?? {
    state: 'active',
    isMuted: false,
    sinceMs: Math.floor(now()),
  };
  const said = saidOf(change, drainPerSecond);
  const changed = await words.change(name, (before = wordOf(condition)) => nextWord(before, said, now()));
  const { toldFailingSinceMs } = condition;
  // Who pauses or resumes it gives it all the time anew. That it takes events again is told by whoever delivers next.
  const toldFailing = toldFailingSinceMs === undefined ? undefined : { toldFailingSinceMs };
  if (changed !== undefined)
    await deliveries.setCondition(
      name,
      withWord(said.state === undefined ? condition : toldFailing, changed.word),
    );
}

function saidOf(
  change: DestinationChange,
  drainPerSecond: number | undefined,
): Parameters<typeof nextWord>[1] {
  switch (change) {
    case 'pause':
      return { state: 'paused', reason: 'paused-by-operator' };
    case 'resume':
      return { state: 'active', ...(drainPerSecond !== undefined && { drainPerSecond }) };
    default:
      return { isMuted: change === 'mute' };
  }
}
