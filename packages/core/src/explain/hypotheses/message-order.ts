/** Messages of the right parts, put together otherwise: in another order, or with something else between them. */
import type { MessagePart } from '../../schemes/message-part.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { ordersOf } from '../orders.ts';
import { isField, type Parts } from '../other-message.ts';
import { mendOf, messageRow } from './message.ts';

/** What senders put between the parts, the usual first. */
const SEPARATORS = [
  '.',
  ':',
  '',
  '\n',
  '|',
  '&',
  ',',
  '-',
  ' ',
  ';',
  '_',
  '/',
  '\r\n',
  '\\n',
  '\t',
  '#',
  '+',
  '::',
];
const USUAL = SEPARATORS.slice(0, 5);

const WRITE_LINE_ENDS =
  "Have the sender sign line ends, where it signs a backslash and an n: PHP, Ruby and Perl read \\n between double quotes only, shells as $'\\n'";

const SIGNS_ESCAPES =
  'The sender puts a backslash and an n between the parts of the message, and no line end.';

const hasWrittenEscape = (pattern: string): boolean => pattern.includes('\\\\\\\\n');

const SEPARATOR = messageRow(
  'message-separator',
  'The sender puts something else between the parts of the message',
  separated,
  (pattern) => (hasWrittenEscape(pattern) ? mendOf(pattern, WRITE_LINE_ENDS) : mendOf(pattern)),
);

export const MESSAGE_ORDER: readonly TrialHypothesis[] = [
  { ...SEPARATOR, says: (pattern) => (hasWrittenEscape(pattern) ? SIGNS_ESCAPES : SEPARATOR.says(pattern)) },
  messageRow('message-order', 'The sender signs the same parts in another order', ordered),
  messageRow('message-parts-left-out', 'The sender leaves several parts out of the message', fewer),
];

/** A message as its parts and what stands about them: one text more than parts, empty where there is none. */
interface Joined {
  /** Fields, and words such as `v0`. */
  readonly items: readonly MessagePart[];
  readonly texts: readonly string[];
}

function joinedOf(parts: Parts): Joined {
  const items: MessagePart[] = [];
  const texts = [''];
  const add = (item: MessagePart): void => {
    items.push(item);
    texts.push('');
  };
  for (const part of parts) {
    if (typeof part !== 'string') add(part);
    else
      for (const text of part.split(/([A-Za-z0-9]+)/)) {
        if (/^[A-Za-z0-9]/.test(text)) add(text);
        else texts[texts.length - 1] += text;
      }
  }
  return { items, texts };
}

const partsIn = ({ items, texts }: Joined): Parts => [
  texts[0] ?? '',
  ...items.flatMap((item, at) => [item, texts[at + 1] ?? '']),
];

/** With other texts between its parts; what stands before and behind them all stays. */
function between(joined: Joined, textAt: (at: number, own: string) => string): Parts {
  const texts = joined.texts.map((own, at) =>
    at === 0 || at === joined.items.length ? own : textAt(at, own),
  );
  return partsIn({ ...joined, texts });
}

function* separated(parts: Parts): Generator<Parts> {
  // Each line end, one behind the last part too, as single quotes leave it.
  yield parts.map((part) => (isField(part) ? part : part.replaceAll('\n', '\\n')));
  const joined = joinedOf(parts);
  const inner = joined.texts.slice(1, -1);
  for (const separator of SEPARATORS) {
    yield between(joined, (_, own) => (own === '' ? '' : separator));
    yield between(joined, () => separator);
  }
  // Behind a word, as `v0:`, it may be the usual one still; or one of several alone is another.
  if (inner.length < 2) return;
  for (const separator of SEPARATORS)
    for (const place of inner.keys())
      yield between(joined, (at, own) => (at === place + 1 ? separator : own));
  for (const separator of SEPARATORS)
    for (const place of inner.keys())
      yield between(joined, (at, own) => (at === place + 1 ? own : separator));
}

/** The parts in other orders: with the texts between them in their places, with one of them alone, and with each that is usual. */
function* ordered(parts: Parts): Generator<Parts> {
  const { items, texts } = joinedOf(parts);
  const inner = new Set(texts.slice(1, -1));
  const orders = [...(items.length > 4 ? movesOf(items) : ordersOf(items))];
  for (const order of orders) {
    yield partsIn({ items: order, texts });
    for (const separator of inner) yield between({ items: order, texts }, () => separator);
  }
  if (items.length > 4) return;
  for (const separator of USUAL)
    for (const order of orders) yield between({ items: order, texts }, () => separator);
}

/** More parts have too many selections. */
const MAX_PARTS = 8;

/** Some of the parts, the most first, with the texts between them as they are. */
function* fewer(parts: Parts): Generator<Parts> {
  const { items, texts } = joinedOf(parts);
  if (items.length < 3 || items.length > MAX_PARTS) return;
  const selections = Array.from({ length: 2 ** items.length - 1 }, (_, bits) =>
    items.flatMap((_item, at) => ((bits >> at) & 1 ? [at] : [])),
  );
  for (const places of selections.sort((a, b) => b.length - a.length)) {
    if (!places.some((at) => typeof items[at] !== 'string')) continue;
    yield places.flatMap((at, i) => [(i === 0 ? texts[0] : texts[at]) ?? '', items[at] as MessagePart]);
  }
}

/** With many parts: all the other way round, two swapped, one moved first or last. */
function* movesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  yield items.toReversed();
  for (const [at, item] of items.entries()) {
    const others = items.toSpliced(at, 1);
    yield [item, ...others];
    yield [...others, item];
    for (let other = at + 1; other < items.length; other++)
      yield items.with(at, items[other] as T).with(other, item);
  }
}
