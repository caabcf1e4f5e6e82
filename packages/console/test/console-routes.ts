/** Every address of the console, as the router has it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '../src');

/** The routes' paths, such as `/requests/$id`; without the one that leads to another. */
export const CONSOLE_ROUTES: readonly string[] = [
  ...readFileSync(join(SOURCE, 'router.tsx'), 'utf8').matchAll(/^ {2}path: '([^']+)'/gm),
]
  .map(([, path = '']) => path)
  .filter((path) => path !== '/');

/** A path with its parameters filled in. */
export function addressOf(route: string, parameter: string): string {
  return route.replaceAll(/\$\w+/g, encodeURIComponent(parameter).replaceAll('$', '$$$$'));
}

/** The names of whatever a page reads of its query. */
export const SEARCH_NAMES: readonly string[] = [
  ...new Set(
    readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => [...readFileSync(join(SOURCE, name), 'utf8').matchAll(/filters\.get\('(\w+)'\)/g)])
      .map(([, name = '']) => name),
  ),
];
