/** Runs a handler for each type of event: `events<Stripe.Event>().on('invoice.paid', ({ payload }) => …)`. The entry `@countersign/core/events`. */
import { checkOptions, IS, type OptionRules } from '../../check-options.ts';
import { describeGiven, isArray } from '../../given.ts';
import type { MaybePromise } from '../../model.ts';
import { SetupError } from '../../setup-error.ts';
import { counted } from '../../text/amounts.ts';
import { shownText } from '../../text/shown-text.ts';
import type { WebhookEvent } from '../event.ts';
import { ownMember, type TypeEvidence } from './body-shapes.ts';
import type { EventName, NamedEvent } from './event-names.ts';
import { TYPE_JUDGES } from './vendors/all.ts';

export type { WebhookEvent } from '../event.ts';
export type { EventName, NamedEvent, PayloadOf } from './event-names.ts';

/** Given an event of the names that it listens to, then what the framework gives its handlers. */
export type EventHandler<Event, Context extends readonly unknown[]> = (
  event: Event,
  ...context: Context
) => MaybePromise<unknown>;

/** The handler of a webhook: runs the one handler that listens to the event’s name, and gives what that gives. */
export interface Events<Payloads, Context extends readonly unknown[] = readonly unknown[]> {
  (event: WebhookEvent, ...context: Context): MaybePromise<unknown>;
  /**
   * Listens to a name, or several: a type (`push`, `invoice.paid`), or a type with the payload’s `action` or `event.type` (`issues.opened`). The
   * longer name goes first; one handler runs.
   * @throws SetupError for a name that has a handler
   */
  on<const Name extends EventName<Payloads>>(
    name: Name | readonly Name[],
    handler: EventHandler<NamedEvent<Payloads, Name>, Context>,
  ): Events<Payloads, Context>;
  /** Listens to what nobody listens to. Without it such an event is done. @throws SetupError where there is one */
  otherwise(handler: EventHandler<WebhookEvent, Context>): Events<Payloads, Context>;
}

/** What `events` takes beside the handlers. */
export interface EventsOptions {
  /**
   * Whether a type decides which handler runs although neither the proof nor the signed body shows it. Default false: such an event is answered with
   * 500 where somebody listens to it. With true, whoever captures one genuine request chooses the handler that its body is given to.
   */
  readonly allowUnsignedType?: boolean;
}

const RULES: OptionRules<EventsOptions> = { allowUnsignedType: IS.flag };

/**
 * Handlers by the names of events. `Payloads` is what the sender publishes: a map from types to payloads, or a union of payloads that say their `type`;
 * nothing checks that a body is so. `Context` is what the framework’s handlers get beside the event (`[req: Request, res: Response]`).
 *
 * Where the type is not signed, the body must be as that type’s are, as far as that is known of the provider; one that is not runs nothing: a SetupError, which adapters
 * answer with 500, and the claim is freed.
 * @throws SetupError for an unknown option
 *
 * @example
 * app.post('/webhooks/github', webhook('github', process.env.GITHUB_WEBHOOK_SECRET, events<EventPayloadMap>()
 *   .on('issues.opened', ({ payload }) => console.log(payload.issue.title))
 *   .on('push', ({ payload }) => console.log(payload.ref))));
 */
export function events<
  Payloads = Readonly<Record<string, unknown>>,
  Context extends readonly unknown[] = readonly unknown[],
>(options: EventsOptions = {}): Events<Payloads, Context> {
  checkOptions<EventsOptions>(options, RULES);
  const { allowUnsignedType = false } = options;
  const handlers = new Map<string, EventHandler<never, Context>>();
  let rest: EventHandler<WebhookEvent, Context> | undefined;

  const dispatch = (event: WebhookEvent, ...context: Context): MaybePromise<unknown> => {
    const evidence = evidenceOf(event, allowUnsignedType);
    if (evidence === 'contradicted') throw contradicted(event);
    const name = namesOf(event).find((candidate) => handlers.has(candidate));
    const handler = name === undefined ? undefined : handlers.get(name);
    if (handler === undefined) return rest?.(event, ...context);
    if (evidence === 'unknown') throw unproved(event);
    return handler(withName(event, name) as never, ...context);
  };

  const dispatcher: Events<Payloads, Context> = Object.assign(dispatch, {
    on: (name: unknown, handler: unknown) => {
      for (const text of isArray(name) ? name : [name]) {
        if (typeof text !== 'string' || text === '') {
          throw new SetupError(
            'on',
            `the name of an event is ${describeGiven(text)}`,
            'Give a text, such as push.',
          );
        }
        if (handlers.has(text)) {
          throw new SetupError(
            'on',
            `${shownText(text)} has a handler already`,
            'Give each name one handler.',
          );
        }
        handlers.set(text, functionOf('on', handler));
      }
      return dispatcher;
    },
    otherwise: (handler: unknown) => {
      if (rest)
        throw new SetupError(
          'otherwise',
          'it has a handler already',
          'Give one handler for all other events.',
        );
      rest = functionOf('otherwise', handler);
      return dispatcher;
    },
  });
  return dispatcher;
}

function functionOf<Handler>(option: string, handler: unknown): Handler {
  if (typeof handler === 'function') return handler as Handler;
  throw new SetupError(option, `its handler is ${describeGiven(handler)}`, 'Give a function of the event.');
}

/** An object of its own: several handlers of events may be given one event, each under another name. */
function withName(event: WebhookEvent, name: string | undefined): WebhookEvent {
  // The payload is parsed once, in a private field that only the event itself has.
  const behind: WebhookEvent = Object.create(event, { payload: { get: () => event.payload } });
  return Object.assign(behind, event, { name });
}

/** The names of an event, the longest first. */
function namesOf(event: WebhookEvent): readonly string[] {
  const { type } = event;
  if (type === undefined) return [];
  const payload = payloadOf(event);
  const part = ownMember(payload, 'action') ?? ownMember(ownMember(payload, 'event'), 'type');
  return typeof part === 'string' ? [`${type}.${part}`, type] : [type];
}

/** Undefined where the body is no JSON. */
function payloadOf(event: WebhookEvent): unknown {
  try {
    return event.payload;
  } catch {
    return undefined;
  }
}

function evidenceOf(event: WebhookEvent, allowsUnsignedType: boolean): TypeEvidence {
  if (event.isTypeProved || allowsUnsignedType) return 'shown';
  const judge = TYPE_JUDGES.get(event.verdict.provider);
  if (judge === undefined) return 'unknown';
  if (event.type === undefined) throw typeless(judge.header);
  const payload = payloadOf(event);
  if (payload === undefined) {
    throw new SetupError(
      'request.body',
      'it is no JSON, and the type of its event, which is not signed, is told by its members',
      'Have the sender write application/json.',
    );
  }
  return judge.evidence(event.type, payload);
}

const ALLOW = 'give events({ allowUnsignedType: true }), and look at the payload before you act on it';

function typeless(header: string): SetupError {
  return new SetupError(
    'type',
    `the request has no ${header}, which says the type of its event`,
    `Have what stands before this server pass ${header} on: a proxy or a function’s trigger that drops it is the usual cause. Nothing ran, and the sender’s next try may.`,
  );
}

function contradicted(event: WebhookEvent): SetupError {
  const { type = '' } = event;
  return new SetupError(
    'type',
    `the request says ${shownText(type)}, which is not signed, and the signed body is not one of that type: ${differenceOf(event, type)}`,
    `Nothing ran, and what otherwise() takes did not either: whoever captures a genuine request can send it under another type, and the genuine one would then be a repeat. To try a handler, send a payload as its sender writes it. If the sender’s own bodies differ, ${ALLOW}.`,
  );
}

/** `every push has after, before, commits and ref, and this body lacks after and before`. */
function differenceOf(event: WebhookEvent, type: string): string {
  const judge = TYPE_JUDGES.get(event.verdict.provider);
  const { has = [], missing = [], foreign = [] } = judge?.contradiction(type, payloadOf(event)) ?? {};
  const name = `a body of ${shownText(type)}`;
  const parts = [
    missing.length > 0 && `${name} has ${joined(has)}, and this one lacks ${joined(missing)}`,
    foreign.length > 0 && `this one has ${joined(foreign)}, and ${name} does not`,
  ];
  return parts.filter((part) => part !== false).join('; ');
}

function joined(names: readonly string[]): string {
  const shown = names.slice(0, MAX_MEMBERS);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${counted(more, 'other')}`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Enough to see which payload is meant. */
const MAX_MEMBERS = 6;

function unproved({ type = '' }: WebhookEvent): SetupError {
  return new SetupError(
    'type',
    `the request says ${shownText(type)}, which is not signed, and nothing shows it`,
    `Nothing ran: whoever captures a genuine request can send it under another type. Where that does no harm, ${ALLOW}.`,
  );
}
