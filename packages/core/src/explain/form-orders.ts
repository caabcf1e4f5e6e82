/** The orders in which a form’s fields can have stood before a program put them into another. */
import type { FormField } from '../text/form.ts';
import { readsFields } from './form-fields.ts';
import { BRACKETS, FORM_PRINTERS, printPairs } from './form-printers.ts';
import { isInOrder, ordersOf } from './orders.ts';
import type { Trial } from './trial.ts';

/** 5 groups have 120 orders, and 7 have 5,040: these are tried where the fields were sorted, and another order was lost. */
const MAX_GROUPS = 5;
const MAX_SORTED_GROUPS = 7;

/** Members of one group, e.g. `a[b]` and `a[c]`. */
const MAX_KEYS = 3;

/** Of all groups together. */
const MAX_CHOICES = 12;

/** Where fields stand that belong together. */
type Group = readonly number[];

const PRINTERS = FORM_PRINTERS.filter(({ id }) => id === 'javascript' || id === 'java-blanks');

/** Each order of the fields, those that belong together next to each other, as the usual printers write them. */
export function* orderedForms(trial: Trial, fields: readonly FormField[]): Generator<string> {
  if (readsFields(trial) || fields.length < 2) return;
  const isSorted = isInOrder(fields.map(({ name }) => name));
  const groups = groupsOf(fields);
  if (groups.length > (isSorted ? MAX_SORTED_GROUPS : MAX_GROUPS)) return;
  const hasBrackets = fields.some(({ name, value }) => /[[\]]/.test(name + value));
  for (const printer of PRINTERS) {
    for (const brackets of hasBrackets ? BRACKETS : BRACKETS.slice(0, 1)) {
      const pairs = printPairs(printer, fields, brackets);
      for (const within of isSorted ? ordersWithin(groups, fields) : [groups]) {
        for (const order of ordersOf(within))
          yield order
            .flat()
            .map((at) => pairs[at])
            .join('&');
      }
    }
  }
}

/** Those of a name up to its bracket, as far as they are neighbours. */
function groupsOf(fields: readonly FormField[]): readonly Group[] {
  const groups: number[][] = [];
  let last: string | undefined;
  for (const [at, { name }] of fields.entries()) {
    const [base] = name.split('[', 1);
    if (base === last) groups.at(-1)?.push(at);
    else groups.push([at]);
    last = base;
  }
  return groups;
}

/** Each group in each order that its members can have had, if these are few; fields of one name stay as they are. */
function* ordersWithin(groups: readonly Group[], fields: readonly FormField[]): Generator<readonly Group[]> {
  const choices = groups.map((group) => [...ordersOfGroup(group, fields)]);
  const count = choices.reduce((product, orders) => product * orders.length, 1);
  if (count > MAX_CHOICES) yield groups;
  else yield* combinations(choices);
}

function* combinations(choices: readonly (readonly Group[])[]): Generator<readonly Group[]> {
  const [orders, ...others] = choices;
  if (orders === undefined) yield [];
  else for (const rest of combinations(others)) for (const order of orders) yield [order, ...rest];
}

/** Of `a[0][b]` and `a[0][c]` the keys change places in each item alike. */
function* ordersOfGroup(group: Group, fields: readonly FormField[]): Generator<Group> {
  const nameOf = (at: number): string => (fields[at] as FormField).name;
  const keys = [...new Set(group.map((at) => nameOf(at).replace(/^.*\[/, '[')))];
  const items = [...new Set(group.map((at) => nameOf(at).replace(/\[[^[]*$/, '')))];
  const names = new Set(group.map(nameOf));
  const isTable = keys.length * items.length === names.size;
  if (!isTable && names.size === group.length && names.size <= MAX_KEYS) yield* ordersOf(group);
  else if (!isTable || keys.length < 2 || keys.length > MAX_KEYS) yield group;
  else {
    for (const order of ordersOf(keys)) {
      yield items.flatMap((item) =>
        order.flatMap((key) => group.filter((at) => nameOf(at) === `${item}${key}`)),
      );
    }
  }
}
