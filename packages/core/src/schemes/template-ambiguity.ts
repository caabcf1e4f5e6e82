/**
 * Whether a message can be cut into its parts in one way only. Where it cannot, text moves from one part into its
 * neighbour under a valid signature: nonce `n1` and body `a.b` sign as nonce `n1.a` and body `b` do.
 *
 * One part may hold anything (the body, as a rule): those before it must show where they end, those behind it where
 * they begin. By their own alphabet, by a rule that a request is held to, or not at all: then the report says so.
 */
import type { TimestampUnit } from '../freshness.ts';
import type { CoverageWarning } from '../model.ts';
import { isTokenChar } from '../text/token.ts';
import type { MessageField as Part, MessagePart as TemplatePart } from './message-part.ts';

/** What a request's text must hold to, so that its message is cut in one way. */
export type PartRule =
  /** Together with the literal text behind it, that text occurs at the end only. */
  | { readonly kind: 'ends-before' | 'begins-after'; readonly literal: string }
  /** Seconds without a fraction: the point stands behind them. */
  | { readonly kind: 'whole' }
  /** As many digits as a time of these centuries has: nothing else tells where they end. */
  | { readonly kind: 'fixed'; readonly digits: number }
  /** The body may not go on as the fraction of the seconds before it would. */
  | { readonly kind: 'no-fraction-follows' };

export interface CutRules {
  /** By the part's place in the template. */
  readonly rules: ReadonlyMap<number, PartRule>;
  /** What no rule could mend. */
  readonly warnings: readonly CoverageWarning[];
}

/** The rules of a parsed template. */
export function cutRulesOf(parts: readonly TemplatePart[], unit: TimestampUnit | undefined): CutRules {
  const places = parts.flatMap((part, at) => (typeof part === 'string' ? [] : [at]));
  const body = places.find((at) => fieldAt(parts, at) === 'body' || fieldAt(parts, at) === 'form');
  const open = places.filter((at) => at !== body && !isClosed(fieldAt(parts, at))).reverse();
  const free = places.find((at) => (parts[at] as Part).isFree);
  const first = body ?? free;
  // Where the last one shows both its ends, there may be none: each shows where it ends.
  const none = isClosed(fieldAt(parts, places.at(-1) ?? -1)) ? [parts.length] : [];
  const pivots = [...(first === undefined ? [] : [first]), ...open, ...none];
  const judged = pivots.map((pivot) => judgeAround(parts, pivot, unit));
  return (
    judged.find(({ warnings }) => warnings.length === 0) ?? judged[0] ?? { rules: new Map(), warnings: [] }
  );
}

/** A nonce or an id that one template has and the other leaves out, with the literal behind it, right before the body. */
export interface OptionalPart {
  /** Its place in the first template, and the body's in the second. */
  readonly at: number;
  readonly literal: string;
}

/** What the second template leaves out of the first, where that is all and a rule can tell the two apart. */
export function optionalPart(
  first: readonly TemplatePart[],
  second: readonly TemplatePart[],
): OptionalPart | undefined {
  const at = first.findIndex(
    (part, i) => isPart(part) && (part.field === 'nonce' || part.field === 'id') && isSeparator(first[i + 1]),
  );
  const literal = first[at + 1];
  if (typeof literal !== 'string' || fieldAt(first, at + 2) !== 'body') return undefined;
  const rest = [...first.slice(0, at), ...first.slice(at + 2)];
  return JSON.stringify(rest) === JSON.stringify(second) ? { at, literal } : undefined;
}

/** None of a nonce's own letters. */
function isSeparator(part: TemplatePart | undefined): boolean {
  return typeof part === 'string' && !/^[A-Za-z0-9_~+/=-]/.test(part);
}

function judgeAround(
  parts: readonly TemplatePart[],
  pivot: number,
  unit: TimestampUnit | undefined,
): CutRules {
  const rules = new Map<number, PartRule>();
  const warnings: CoverageWarning[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as TemplatePart;
    if (typeof part === 'string' || at === pivot) continue;
    const delimited = at < pivot ? endOf(parts, at, pivot, unit) : beginningOf(parts, at, unit);
    if (delimited === 'open') warnings.push(openWarning(parts, at, at < pivot));
    else if (delimited !== 'closed')
      rules.set(delimited.kind === 'no-fraction-follows' ? pivot : at, delimited);
  }
  return { rules, warnings };
}

type Delimited = PartRule | 'closed' | 'open';

function endOf(
  parts: readonly TemplatePart[],
  at: number,
  pivot: number,
  unit: TimestampUnit | undefined,
): Delimited {
  const part = parts[at] as Part;
  const next = parts[at + 1];
  const literal = typeof next === 'string' ? next : undefined;
  if (isClosed(part.field)) return 'closed';
  if (part.field === 'timestamp')
    return timestampRule(literal, literal?.[0], at + 2 === pivot && fieldAt(parts, pivot) === 'body', unit);
  if (isRuled(part.field)) {
    return literal === undefined ? 'open' : { kind: 'ends-before', literal };
  }
  if (literal !== undefined) return mayHold(part, literal.charCodeAt(0)) ? 'open' : 'closed';
  // A path begins with a slash, a URL with `http://` or `https://`.
  if (fieldAt(parts, at + 1) === 'path') return mayHold(part, SLASH) ? 'open' : 'closed';
  return fieldAt(parts, at + 1) === 'url' && part.field === 'method' ? 'closed' : 'open';
}

function beginningOf(parts: readonly TemplatePart[], at: number, unit: TimestampUnit | undefined): Delimited {
  const part = parts[at] as Part;
  const previous = parts[at - 1];
  const literal = typeof previous === 'string' ? previous : undefined;
  // What stands before it may end as it does: read from there, nothing shows whether it is there.
  if (part.field === 'optional') return 'open';
  if (isClosed(part.field)) return 'closed';
  if (part.field === 'timestamp') return timestampRule(literal, literal?.at(-1), false, unit);
  if (literal === undefined) return 'open';
  if (isRuled(part.field)) return { kind: 'begins-after', literal };
  return mayHold(part, literal.charCodeAt(literal.length - 1)) ? 'open' : 'closed';
}

/** A date of RFC 3339 shows both its ends by itself. */
function timestampRule(
  literal: string | undefined,
  adjacent: string | undefined,
  isBeforeBody: boolean,
  unit: TimestampUnit | undefined,
): Delimited {
  if (unit === 'rfc3339') return 'closed';
  if (adjacent === undefined || /\d/.test(adjacent)) {
    if (unit === 's-or-ms') return 'open';
    return { kind: 'fixed', digits: unit === 'ms' ? 13 : 10 };
  }
  if (adjacent !== '.' || unit === 'ms' || unit === 's-or-ms') return 'closed';
  return literal === '.' && isBeforeBody ? { kind: 'no-fraction-follows' } : { kind: 'whole' };
}

const SLASH = 0x2f;

/** Whether that char may stand in a field's text, after the grammar of a request's head has passed. */
function mayHold({ field }: Part, code: number): boolean {
  const char = String.fromCharCode(code);
  switch (field) {
    case 'method':
      return isTokenChar(code);
    case 'host':
      return /[0-9a-z._~:[\]-]/.test(char);
    case 'path':
      return /[!-~]/.test(char) && !/[?#\\]/.test(char);
    case 'query':
    case 'target':
    case 'url':
      return /[!-~]/.test(char) && char !== '#';
    case 'header':
    case 'headers':
      return !/[\r\n]/.test(char) && code !== 0;
    default:
      return true;
  }
}

/** The pivot stands on one side of it, so there is a neighbour there. */
function openWarning(parts: readonly TemplatePart[], at: number, isBefore: boolean): CoverageWarning {
  const { written } = parts[at] as Part;
  const neighbour = isBefore ? parts.slice(at + 1).find(isPart) : parts.slice(0, at).findLast(isPart);
  const other = (neighbour as Part).written;
  return { code: 'movable-text', parts: isBefore ? [written, other] : [other, written] };
}

function isPart(part: TemplatePart): part is Part {
  return typeof part !== 'string';
}

/** Parts whose text may be anything: what ends them in the message is refused in them. */
function isRuled(field: Part['field']): boolean {
  return RULED.includes(field);
}

const RULED: readonly Part['field'][] = ['id', 'nonce', 'type', 'parameter', 'member', 'item'];

/** A digest shows both its ends by its length, what can fall away by the text about it: neither holds what could be moved. */
function isClosed(field: Part['field'] | undefined): boolean {
  return field === 'digest' || field === 'optional';
}

function fieldAt(parts: readonly TemplatePart[], at: number): Part['field'] | undefined {
  const part = parts[at];
  return part === undefined || typeof part === 'string' ? undefined : part.field;
}
