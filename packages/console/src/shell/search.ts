/** The query of a page's address: its filters. Each is a text; what a page does not know it leaves alone. */
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';

export type Search = Readonly<Record<string, string>>;

const MOST_CHARS = 500;

/** The query of an address: each value is the text that it is, and JSON is none but a text. */
export function parseSearch(query: string): Search {
  return Object.fromEntries(new URLSearchParams(query));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams(readSearch(search)).toString();
  return query === '' ? '' : `?${query}`;
}

/** What somebody wrote into the address bar, as texts. */
export function readSearch(search: Record<string, unknown>): Search {
  const entries = Object.entries(search).flatMap(([name, value]): [string, string][] =>
    ['string', 'number', 'boolean'].includes(typeof value)
      ? [[name, String(value).slice(0, MOST_CHARS)]]
      : [],
  );
  return Object.fromEntries(entries);
}

export interface Filters {
  /** A filter's text; undefined where it is not set. */
  get(name: string): string | undefined;
  /** Sets some, and takes away those that are undefined or empty. No new entry of the history. */
  set(changes: FilterChanges): void;
  /** The page's address with these filters. */
  hrefOf(changes: FilterChanges): string;
}

export type FilterChanges = Readonly<Record<string, string | undefined>>;

/** The page's filters. */
export function useFilters(): Filters {
  const search: Search = useSearch({ strict: false });
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const searchWith = (changes: FilterChanges): Search =>
    Object.fromEntries(
      Object.entries({ ...search, ...changes }).flatMap(([name, value]) =>
        value === undefined || value === '' ? [] : [[name, value]],
      ),
    );
  return {
    get: (name) => search[name],
    set(changes) {
      void navigate({ to: pathname, search: searchWith(changes), replace: true });
    },
    hrefOf: (changes) => `${pathname}${stringifySearch(searchWith(changes))}`,
  };
}
