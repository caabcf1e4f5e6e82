/** What of the kept requests is asked for, as the address has it. */
import {
  type ContentQuery,
  EVENT_VERDICTS,
  type EventQuery,
  type EventVerdict,
  type RefusedQuery,
} from '@countersign/api';
import type { Filters } from '../shell/search.ts';
import { timeOf } from '../ui/local-time.ts';
import type { EVENTS } from '../words/events.ts';

/** How the text is looked for: byte for byte, or as words of the full-text index. */
export type TextKind = 'bytes' | 'words';

export interface EventsFilter extends ContentQuery {
  readonly gate: string | undefined;
  readonly type: string | undefined;
  readonly tenant: string | undefined;
  readonly text: string | undefined;
  readonly by: TextKind;
  readonly verdict: EventVerdict | undefined;
  readonly reason: string | undefined;
  readonly id: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** Of those that a search byte for byte does not ask for, the ones that are typed and sent with Enter. */
export const TYPED_MORE_NAMES = ['tenant', 'reason', 'id', 'member', 'header'] as const;

/** Of events only: whose key a refused request was meant for nobody has proved. */
export const EVENT_ONLY_NAMES: readonly string[] = ['tenant'];

/** Those that a search byte for byte does not ask for. */
export const MORE_NAMES = ['verdict', ...TYPED_MORE_NAMES] as const;

/** Those that are typed and sent with Enter. */
export const TYPED_NAMES = ['q', 'type', ...TYPED_MORE_NAMES] as const;

/** Of the address, beside `show`. */
export const FILTER_NAMES = ['q', 'type', 'by', 'gate', 'within', 'until', ...MORE_NAMES] as const;

const HOUR_MS = 60 * 60 * 1000;

const SPANS: Readonly<Record<keyof typeof EVENTS.filter.spans, number | undefined>> = {
  '': undefined,
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
};

/** @param nowMs when the span was chosen: a list that began anew each second could not be read */
export function eventsFilterOf({ get }: Pick<Filters, 'get'>, nowMs: number): EventsFilter {
  const span = get('within') ?? '';
  const ms = isSpan(span) ? SPANS[span] : undefined;
  const trimmed = (name: string): string | undefined => get(name)?.trim() || undefined;
  return {
    gate: get('gate'),
    type: get('type'),
    text: trimmed('q'),
    by: get('by') === 'words' ? 'words' : 'bytes',
    verdict: EVENT_VERDICTS.find((verdict) => verdict === get('verdict')),
    tenant: trimmed('tenant'),
    reason: trimmed('reason'),
    id: trimmed('id'),
    since: ms === undefined ? undefined : timeOf(new Date(nowMs - ms).toISOString()),
    until: timeOf(get('until')),
    ...pairOf(trimmed('member'), 'member', 'value'),
    ...pairOf(trimmed('header'), 'header', 'headerValue'),
  };
}

/** `NAME=VALUE`, or the name of a header alone. */
function pairOf(
  text: string | undefined,
  name: 'member' | 'header',
  value: 'value' | 'headerValue',
): ContentQuery {
  if (text === undefined) return {};
  const at = text.indexOf('=');
  if (at < 0) return { [name]: text };
  return { [name]: text.slice(0, at), [value]: text.slice(at + 1) || undefined };
}

/** What the list of events is asked; undefined where each event is read for the text. */
export function eventQueryOf(filter: EventsFilter): EventQuery | undefined {
  const { text, by, ...rest } = filter;
  if (text === undefined) return rest;
  return by === 'words' ? { ...rest, words: text } : undefined;
}

/** Whether it asks for less than everything. */
export function isFiltered({ by: _by, ...asked }: Partial<EventsFilter>): boolean {
  return Object.values(asked).some((value) => value !== undefined);
}

export function refusedQueryOf({
  by: _by,
  type: _type,
  tenant: _tenant,
  verdict: _verdict,
  ...rest
}: EventsFilter): RefusedQuery {
  return rest;
}

function isSpan(span: string): span is keyof typeof SPANS {
  return Object.hasOwn(SPANS, span);
}
