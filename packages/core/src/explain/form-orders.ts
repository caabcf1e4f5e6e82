/** The orders in which a form’s fields can have stood before a program put them into another. */
import type { FormField } from '../text/form.ts';
import { readsFields } from './form-fields.ts';
import { BRACKETS, FORM_PRINTERS, printPairs } from './form-printers.ts';
import { ordersOf } from './hypotheses/orders.ts';
import type { Trial } from './trial.ts';

/** 5 groups have 120 orders, and 7 have 5,040: these are tried where the fields were sorted, and another order was lost. */
const MAX_GROUPS = 5;
const MAX_SORTED_GROUPS = 7;

/** Members of one group, e.g. `a[b]` and `a[c]`. */
const MAX_GROUPED = 3;

const PRINTERS = FORM_PRINTERS.filter(({ id }) => id === 'javascript' || id === 'java-blanks');

/** Each order of the fields, those that belong together next to each other, as the usual printers write them. */
export function* orderedForms(trial: Trial, fields: readonly FormField[]): Generator<string> {
  if (readsFields(trial) || fields.length < 2) return;
  const isSorted = fields.every(({ name }, i) => i === 0 || (fields[i - 1] as FormField).name <= name);
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

/** Where the fields stand that belong together: those of a name up to its bracket, as far as they are neighbours. */
function groupsOf(fields: readonly FormField[]): readonly (readonly number[])[] {
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

/** The groups with the members of one in each other order, if they are few; fields of one name stay as they are. */
function* ordersWithin(
  groups: readonly (readonly number[])[],
  fields: readonly FormField[],
): Generator<readonly (readonly number[])[]> {
  yield groups;
  for (const [at, group] of groups.entries()) {
    const names = new Set(group.map((place) => fields[place]?.name));
    if (group.length < 2 || group.length > MAX_GROUPED || names.size < group.length) continue;
    for (const order of [...ordersOf(group)].slice(1)) yield groups.toSpliced(at, 1, order);
  }
}
