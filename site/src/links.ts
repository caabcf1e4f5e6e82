/** Prevents: a link that led somewhere in the repository and leads nowhere on the site. */
import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { addressOf, linkBetween } from './page.ts';

/** Where sources are shown that are no pages. */
const REPOSITORY = 'https://github.com/countersign/countersign';

/** Copied as they are: what lies in docs/ and is no page. */
export const COPIED: RegExp = /^docs\/(?!test\/).*\.(?:txt|json|svg|png|jpg|webp)$/;

export interface Links {
  /** @param path of the Markdown file that has the link */
  hrefOf(path: string, target: string): string;
  /** Links that lead nowhere, in words. */
  readonly faults: readonly string[];
}

/** @param pages the Markdown files that become pages, from the root */
export function createLinks(root: string, pages: ReadonlySet<string>): Links {
  const faults: string[] = [];
  return {
    faults,
    hrefOf(path, target) {
      if (/^[a-z][a-z+.-]*:|^#/i.test(target)) return target;
      const [file = '', anchor] = target.split('#', 2);
      const linked = posix.join(posix.dirname(path), file).replace(/\/$/, '');
      const hash = anchor === undefined ? '' : `#${anchor}`;
      const page = [linked, posix.join(linked, 'README.md')].find((candidate) => pages.has(candidate));
      if (page !== undefined) return linkBetween(addressOf(path), addressOf(page)) + hash;
      if (COPIED.test(linked)) return linkBetween(addressOf(path), linked);
      if (linked.startsWith('..') || !existsSync(join(root, linked))) {
        faults.push(`${path}: no file ${target}`);
        return target;
      }
      const kind = statSync(join(root, linked)).isDirectory() ? 'tree' : 'blob';
      return `${REPOSITORY}/${kind}/main/${linked}${hash}`;
    },
  };
}
