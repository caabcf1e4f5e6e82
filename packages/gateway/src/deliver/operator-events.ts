/** What an operator should know of deliveries: in the log, and as events of the gateway's own, delivered like any other. */

import { createHash } from 'node:crypto';
import { OPERATOR_GATE } from '../config/destination-rules.ts';
import { DAY, MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { EventStore, KeptEvent } from '../stores/event-store.ts';
import { createFilteredEvent } from './filtered-event.ts';
import type { Matching } from './matching.ts';

export type OperatorNews =
  | {
      readonly kind: 'destination.failing';
      readonly destination: string;
      readonly nowMs: number;
      readonly failingSinceMs: number;
      /** Of the time that it may fail. */
      readonly percent: number;
    }
  | {
      readonly kind: 'destination.disabled';
      readonly destination: string;
      readonly nowMs: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'destination.recovered';
      readonly destination: string;
      readonly nowMs: number;
      readonly failingSinceMs: number;
    }
  | {
      readonly kind: 'event.exhausted';
      readonly destination: string;
      readonly nowMs: number;
      readonly eventId: string;
      readonly gate: string;
      readonly attempts: number;
      /** Of the last attempt. */
      readonly code: string;
    }
  | IssueNews;

/** Of issues: failures of one kind as one line. */
export interface IssueNews {
  readonly kind: 'issue.opened' | 'issue.returned' | 'issue.closed';
  readonly nowMs: number;
  readonly issue: string;
  /** Of refused requests: their gate, or session. */
  readonly gate?: string;
  /** Of failed deliveries. */
  readonly destination?: string;
  readonly reason: string;
  /** Failures ever. */
  readonly count: number;
}

export interface OperatorEventsOptions {
  /** The destination that is told. Undefined: the log alone. */
  readonly destination: () => string | undefined;
  readonly events: Pick<EventStore, 'keep'>;
  readonly newEventId: () => string;
  readonly wake: (destination: string) => void;
  /** Which of the events it wants, and in what order. Undefined before the gateway has started. */
  readonly matching: () => Matching | undefined;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly log: Log;
}

const TEXTS: Readonly<Record<OperatorNews['kind'], string>> = {
  'destination.failing':
    'a destination has had nothing but failures; when all of its time (disableAfter) is over, it is disabled: see countersign deliveries list',
  'destination.disabled':
    'a destination is disabled, and nothing is sent to it: mend it, then countersign deliveries resume',
  'destination.recovered': 'a destination takes deliveries again',
  'event.exhausted':
    'an event could not be delivered, and no further attempt is made: see countersign events show, then countersign deliveries redrive',
  'issue.opened': 'requests or deliveries fail as none did before: see countersign issues show',
  'issue.returned': 'failures that had ended are back: see countersign issues show',
  'issue.closed': 'requests or deliveries that failed do so no longer',
};

/** What the log says at `info`: a refused request has its own line, and what has ended needs nobody. */
const AT_INFO: ReadonlySet<OperatorNews['kind']> = new Set([
  'destination.recovered',
  'issue.opened',
  'issue.returned',
  'issue.closed',
]);

const FAILED_FOR_ALL_OF_IT =
  'a destination has had nothing but failures for all of its time (disableAfter), and is disabled now: see countersign deliveries list';

function textOf(news: OperatorNews): string {
  return news.kind === 'destination.failing' && news.percent === 100
    ? FAILED_FOR_ALL_OF_IT
    : TEXTS[news.kind];
}

/** Of dead deliveries one in so long is told of each destination, with how many there were; as an event by one gateway on the store. */
const DEAD_EVERY_MS = MINUTE;
/** The same news is not told twice within that time, whatever restarts. */
const REMEMBER_MS = 30 * DAY;

export type TellOperator = (news: OperatorNews) => void;

export function createOperatorEvents(options: OperatorEventsOptions): TellOperator {
  const { events, newEventId, wake, matching, monotonicMs, log } = options;
  /** By destination: when one was told last, and how many were not told since; in the log, or where another gateway has told of one. */
  const lastDead = new Map<string, { readonly atMs: number; others: number; unsent: number }>();
  const keep = (news: OperatorNews, more: object, onRepeat = (): void => {}): void => {
    const { nowMs, kind } = news;
    const destination = options.destination();
    // What cannot reach it is not told to it.
    if (destination === undefined || news.destination === destination) return;
    const receivedMs = Math.floor(nowMs);
    const event: KeptEvent = {
      id: newEventId(),
      gate: OPERATOR_GATE,
      provider: 'none',
      keyId: '',
      type: kind,
      receivedMs,
      method: 'POST',
      url: '/',
      headers: ['content-type', 'application/json'],
      body: Buffer.from(JSON.stringify(bodyOf(news, more))),
      claim: { identity: identityOf(news), untilMs: receivedMs + REMEMBER_MS },
    };
    keepMatched(event, destination).then(
      (kept) => {
        if (!kept) onRepeat();
      },
      (error: unknown) => log.error({ error, news: kind }, 'an event for the operator could not be kept'),
    );
  };
  const keepMatched = async (event: KeptEvent, name: string): Promise<boolean> => {
    const deliveries = (await matching()?.(createFilteredEvent(event, undefined))) ?? [];
    const { kept } = await events.keep(event, [], deliveries);
    if (kept && deliveries.length > 0) wake(name);
    return kept;
  };
  return (news) => {
    const { kind, nowMs: _, ...rest } = news;
    if (kind !== 'event.exhausted') {
      log[AT_INFO.has(kind) ? 'info' : 'warn'](rest, textOf(news));
      keep(news, {});
      return;
    }
    const last = lastDead.get(news.destination);
    const atMs = monotonicMs();
    if (last !== undefined && atMs - last.atMs < DEAD_EVERY_MS) {
      last.others++;
      return;
    }
    const others = last?.others ?? 0;
    const next = { atMs, others: 0, unsent: 0 };
    lastDead.set(news.destination, next);
    log.warn({ ...rest, others }, TEXTS[kind]);
    const unsent = others + (last?.unsent ?? 0);
    keep(news, { others: unsent }, () => {
      // Another gateway has told of one in this minute: these are in what is told next.
      next.unsent = unsent + 1;
    });
  };
}

/** As Standard Webhooks has it: type, timestamp, data. */
function bodyOf({ kind, nowMs, ...news }: OperatorNews, more: object): object {
  const data = Object.fromEntries(
    Object.entries({ ...news, ...more }).map(([name, value]) =>
      name === 'failingSinceMs' ? ['failingSince', new Date(Number(value)).toISOString()] : [name, value],
    ),
  );
  return { type: kind, timestamp: new Date(nowMs).toISOString(), data };
}

/** The same for the same news, whoever tells it: a gateway that is killed in the middle tells it again. */
function identityOf(news: OperatorNews): Uint8Array {
  const { nowMs, ...rest } = news;
  if (news.kind === 'event.exhausted') {
    const { kind, destination } = news;
    return hashOf({ kind, destination, minute: Math.floor(nowMs / DEAD_EVERY_MS) });
  }
  const isOnce = news.kind === 'destination.failing' || news.kind === 'destination.recovered';
  return hashOf(isOnce ? rest : news);
}

function hashOf(value: object): Uint8Array {
  return new Uint8Array(createHash('sha256').update(JSON.stringify(value)).digest().subarray(0, 16));
}
