/** Prevents: a link of the built pages to a file or an anchor that they do not have. */
import { posix } from 'node:path';
import { addressOf } from './page.ts';

/** What is wrong with the links of built pages. @param files HTML by its address, and the addresses of other files with an empty text */
export function deadLinks(files: ReadonlyMap<string, string>): readonly string[] {
  const anchors = new Map([...files].map(([address, html]) => [address, anchorsOf(html)]));
  return [...files].flatMap(([address, html]) =>
    targetsOf(html)
      .filter((target) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(target))
      .flatMap((target) => {
        const [path = '', anchor = ''] = target.split('#', 2);
        const file = path === '' ? address : posix.join(posix.dirname(address), path.split('?', 1)[0] ?? '');
        const ids = anchors.get(file);
        if (target.startsWith('/') || ids === undefined) return [`${address}: nothing is at ${target}`];
        const isThere = anchor === '' || ids.has(decodeURIComponent(anchor));
        return isThere ? [] : [`${address}: no heading ${target}`];
      }),
  );
}

/** Pages that no link leads to, from the first page on. */
export function unreachablePages(files: ReadonlyMap<string, string>): readonly string[] {
  const reached = new Set([addressOf('README.md')]);
  for (const address of reached) {
    for (const target of targetsOf(files.get(address) ?? '')) {
      const file = posix.join(posix.dirname(address), target.split(/[#?]/, 1)[0] ?? '');
      if (file.endsWith('.html') && files.has(file)) reached.add(file);
    }
  }
  // Servers show it by themselves.
  return [...files.keys()].filter(
    (file) => file.endsWith('.html') && file !== '404.html' && !reached.has(file),
  );
}

/** Of links and of what pages load. Code shows tags as text, so that every one in the HTML is meant. */
function targetsOf(html: string): readonly string[] {
  return [...html.matchAll(/<[a-z][^>]*? (?:href|src)="([^"]*)"/g)].map(([, target = '']) =>
    target.replaceAll('&amp;', '&').replaceAll('&quot;', '"'),
  );
}

function anchorsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/<[a-z][^>]*? id="([^"]*)"/g)].map(([, id = '']) => id));
}
