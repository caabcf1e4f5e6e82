/** JSON whose members were put in order by a program that read it. */

import { FEW_STYLES } from '../few-styles.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { printTree } from '../json-print.ts';
import { type JsonMember, type JsonTree, mapTree } from '../json-tree.ts';
import { isInOrder, ordersOf } from '../orders.ts';
import { bodyJson, withJson } from '../other-body.ts';
import { COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** All texts together: of a longer body they take the budget of all others. */
const MAX_CHARS = 2_000_000;
const MAX_ORDERS = 1500;

/** The members of an object, which others of the same names share. */
type Shape = readonly string[];

/** `body-json-order` at most 1500 orders in 3 styles, of a body that is sorted alone. */
export const BODY_JSON_ORDER: readonly Hypothesis[] = [
  {
    id: 'body-json-order',
    ...COMPARED,
    changes: (trial) => withJson(trial, reordered),
    says: () =>
      'The signature is of the body’s members in another order: they were sorted since, as Go’s maps and databases do.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-json-order-lost',
    ...COMPARED,
    certainty: 'possible',
    sees(trial) {
      const tree = bodyJson(trial);
      const shapes = tree && sortedShapes(tree);
      return shapes && ordersFor(shapes) >= MIN_ORDERS ? '' : undefined;
    },
    says: () =>
      'The members of every object in the body stand in the order of their names: unless the sender sorts them, a program has printed the body again that does (Go’s maps, sort_keys, jq -S, a database), and the order that was signed is lost.',
    mend: () => `${RAW} If the sender sorts them, look for another cause.`,
    example: 'raw-body',
  },
];

/** Where so many orders are possible and just this one is there, it is no chance. */
const MIN_ORDERS = 100;

/** Of a tree whose objects are all sorted: another order was not lost. */
function sortedShapes(tree: JsonTree): readonly Shape[] | undefined {
  const shapes = new Map<string, Shape>();
  mapTree(tree, (value) => {
    if (value.kind === 'object' && value.members.length > 1) {
      const names = value.members.map(({ name }) => name);
      shapes.set(keyOf(names), names);
    }
    return value;
  });
  const all = [...shapes.values()];
  return all.length > 0 && (all.every(isInOrder) || all.every(isByLength)) ? all : undefined;
}

/** The outermost alone, as PHP’s ksort puts it in order. */
function outerShape(tree: JsonTree): readonly Shape[] | undefined {
  if (tree.kind !== 'object' || tree.members.length < 2) return undefined;
  const names = tree.members.map(({ name }) => name);
  return isInOrder(names) || isByLength(names) ? [names] : undefined;
}

function keyOf(names: Shape): string {
  return names.join('\0');
}

function isByLength(names: Shape): boolean {
  return names.every((name, i) => {
    const before = names[i - 1];
    return (
      before === undefined || before.length < name.length || (before.length === name.length && before <= name)
    );
  });
}

function ordersFor(shapes: readonly Shape[]): number {
  return shapes.reduce((all, { length }) => all * factorial(Math.min(length, 12)), 1);
}

function factorial(count: number): number {
  return count < 2 ? 1 : count * factorial(count - 1);
}

/** What most documents begin with, and end with. */
const FIRST = ['action', 'event', 'event_id', 'id', 'type', 'object', 'created', 'created_at'];
const LAST = ['data', 'payload', 'items', 'metadata'];

function rankOf(name: string): number {
  if (FIRST.includes(name)) return -1;
  return LAST.includes(name) ? 1 : 0;
}

function* reordered(tree: JsonTree): Generator<string> {
  const shapes = sortedShapes(tree) ?? outerShape(tree);
  if (!shapes || ordersFor(shapes) > MAX_ORDERS) return;
  let left = MAX_CHARS;
  for (const style of FEW_STYLES) {
    for (const orders of ordersOfAll(shapes)) {
      const text = printTree(style, inOrders(tree, orders));
      yield text;
      left -= text.length;
      if (left < 0) return;
    }
  }
}

type Orders = ReadonlyMap<string, Shape>;

function* ordersOfAll(shapes: readonly Shape[]): Generator<Orders> {
  const [first, ...rest] = shapes;
  if (first === undefined) {
    yield new Map();
    return;
  }
  const likely = first.toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const others of ordersOfAll(rest))
    for (const order of ordersOf(likely)) yield new Map(others).set(keyOf(first), order);
}

function inOrders(tree: JsonTree, orders: Orders): JsonTree {
  return mapTree(tree, (value) => {
    const order =
      value.kind === 'object' ? orders.get(keyOf(value.members.map(({ name }) => name))) : undefined;
    if (value.kind !== 'object' || !order) return value;
    const at = (name: string): JsonMember =>
      value.members.find((member) => member.name === name) as JsonMember;
    return { kind: 'object', members: order.map(at) };
  });
}
