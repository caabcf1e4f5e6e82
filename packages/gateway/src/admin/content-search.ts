/** What searches of events and of refused requests have in common: what of a request is looked into, and for how long a call looks. */
import type { ContentQuery } from '@countersign/api';
import { createSlices } from '../loop-slices.ts';
import { hasHeader, hasMember, type Matcher, matchesAll } from '../stores/erase-match.ts';
import { Problem } from './problem.ts';

/** A call ends then, with what it has. */
const CALL_MS = 15;
/** Between two turns: a step of the store, of two milliseconds, may come on top. */
const SLICE_MS = 1;

/** Searches at once, and how many more may wait: each has a processor to itself meanwhile. */
export const SEARCH_LIMITS = { concurrency: 2, queue: 16 } as const;

export interface SearchCall {
  isOver(): boolean;
  /** Lets others go where it is their turn. */
  turn(): Promise<void>;
}

export function beginCall(): SearchCall {
  const endMs = performance.now() + CALL_MS;
  return { isOver: () => performance.now() >= endMs, turn: createSlices(SLICE_MS) };
}

/** Whether a list is asked for by more than its own fields. */
export function isSearch<Query extends object>(
  query: Query,
  listFields: readonly (string & keyof Query)[],
): boolean {
  const fields: readonly string[] = listFields;
  return Object.entries(query).some(([name, value]) => value !== undefined && !fields.includes(name));
}

/** What is not whole, and what the gateway does not do. */
export function contentProblem({ member, value, header, headerValue }: ContentQuery): Problem | undefined {
  if ((member === undefined) !== (value === undefined))
    return new Problem(
      'invalid-input',
      'member and value are given together: member=data.object.id&value=ch_1',
    );
  if (headerValue !== undefined && header === undefined)
    return new Problem('invalid-input', 'headerValue is given with header, which names it');
  return undefined;
}

/** Undefined where nothing of a request is looked into. */
export function contentOf({ member, value, header, headerValue }: ContentQuery): Matcher | undefined {
  const tests: Matcher[] = [];
  if (member !== undefined && value !== undefined) tests.push(hasMember(member.split('.'), value));
  if (header !== undefined) {
    const name = header.toLowerCase();
    tests.push(
      headerValue === undefined
        ? ({ headers }) => headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === name)
        : hasHeader(name, headerValue),
    );
  }
  return tests.length === 0 ? undefined : matchesAll(tests);
}
