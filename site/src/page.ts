/** A page on its way from Markdown to HTML. */
import { posix } from 'node:path';

export interface Heading {
  /** 2 or 3: what a table of contents shows. */
  readonly level: number;
  readonly anchor: string;
  readonly text: string;
}

/** What stands below one heading, as plain text, for the search. */
export interface Section {
  readonly heading: string;
  /** Empty for what stands above the first heading of the second level. */
  readonly anchor: string;
  readonly blocks: readonly string[];
}

export interface Source {
  /** From the project's root: `docs/library.md`. */
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  readonly markdown: string;
}

export interface RenderedPage {
  readonly source: Source;
  /** From the site's root: `docs/library.html`. */
  readonly address: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
}

/** Where the page of a Markdown file stands: at the same place, a folder's README.md as its index. */
export function addressOf(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html');
}

/** A link from one address of the site to another, which holds below any prefix. */
export function linkBetween(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}
