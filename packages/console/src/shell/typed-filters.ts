/** Filters that are typed, and set together with Enter: each asks the gateway. */
import { type FormEvent, useState } from 'react';
import type { Filters } from './search.ts';

export interface TypedFilters<Name extends string> {
  /** As typed; not yet what is asked for. */
  textOf(name: Name): string;
  type(name: Name, text: string): void;
  /** Of their form. */
  submit(event: FormEvent): void;
}

/** Begins with what the address says: who wants it to follow the address gives the form a key. */
export function useTypedFilters<Name extends string>(
  filters: Filters,
  names: readonly Name[],
): TypedFilters<Name> {
  const [typed, setTyped] = useState(() => new Map(names.map((name) => [name, filters.get(name) ?? ''])));
  const textOf = (name: Name): string => typed.get(name) ?? '';
  return {
    textOf,
    type: (name, text) => setTyped(new Map(typed).set(name, text)),
    submit(event) {
      event.preventDefault();
      filters.set(Object.fromEntries(names.map((name) => [name, textOf(name).trim()])));
    },
  };
}
