/** Writes docs/runtimes.md from a run, and holds the page against another run. */
import type { CommandResult } from './try-commands.ts';
import type { RuntimeResult } from './try-runtime.ts';

const SUITES = ['verify', 'sign', 'bad keys', 'explain', 'replay guard', 'fetch adapter'] as const;

/** The whole page. */
export function pageOf(results: readonly RuntimeResult[], commands: readonly CommandResult[]): string {
  const head = ['runtime', 'version', 'cryptography', ...SUITES];
  return [
    '# Runtimes: Node, Bun, Deno, Cloudflare Workers, browsers',
    '',
    '`@countersign/core` runs where there is `node:crypto` or WebCrypto: Node.js 22, 24 and 26, Bun, Deno, workerd (Cloudflare Workers, without `nodejs_compat`) and service workers of browsers.',
    'A bundler for workers and browsers takes its WebCrypto build, a server finds the one over `node:crypto`. This page is written by `npm run test:runtimes -- --write`, from what the tests have',
    'shown on each; CI runs them, and fails where they show anything else.',
    '',
    '## What is run on each',
    '',
    '| suite | |',
    '| --- | --- |',
    '| verify | every vector of [`vectors/`](../vectors) for verdict, reason and step; each accepted one once more with a bit flipped, cut, doubled, under another key, and at the first and last millisecond of its time; HMAC of RFC 4231 and RFC 2202 |',
    '| sign | what this runtime signs with a vector’s key, as it and as Node judge it; what Node signs, as this runtime judges it |',
    '| bad keys | keys that cannot work are refused when the gate is built, with the same sentence |',
    '| explain | why a request is refused: a request of each mistake that is told (`vectors/explain`) and forty others, broken by all sorts of programs (`vectors/explain-corpus`): the same findings as on Node, word for word |',
    '| replay guard | the contract of `@countersign/core/testing`, on the guard in memory |',
    '| fetch adapter | [the contract of adapters](adr/0053-adapters.md), by the runtime’s own server; in Chromium a service worker answers its page. workerd also starts gates at the top of a module, and with a secret from `env` |',
    '',
    '## What passed',
    '',
    row(head),
    row(head.map(() => '---')),
    ...results.map(resultRow),
    '',
    'Nothing failed: a run in which something does writes no page. Differences and what could not be tried:',
    '',
    '- With WebCrypto `verify` and `sign` give promises; with `node:crypto`, values where nothing has to be fetched. `await` takes both.',
    ...results.flatMap(skipLines),
    '',
    '## The command on Bun and Deno',
    '',
    'The command `countersign` is a program for Node. On Bun and Deno these print and end as on Node:',
    '',
    row(['countersign …', ...runtimesOf(commands)]),
    row(['---', ...runtimesOf(commands).map(() => '---')]),
    ...commandRows(commands),
    '',
    'What serves says so in one sentence and ends with 2, and so does `check` below all else that it tells: a gateway’s bounds rest on how Node’s HTTP server reads connections. On Bun 1.4 `::ffff:1.2.3.4` was another client than `1.2.3.4`; Deno 2.9',
    'read on from a connection whose answers waited. The library in a handler of their own servers is not concerned.',
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function resultRow({ name, version, crypto, reports }: RuntimeResult): string {
  const counts = SUITES.map((suite) => String(reports.find((report) => report.suite === suite)?.passed ?? 0));
  return row([name, version, crypto, ...counts]);
}

function skipLines({ name, reports }: RuntimeResult): readonly string[] {
  const skips = reports.flatMap(({ skipped }) => skipped);
  return skips.map(({ title, reason }) => `- Skipped on ${name}: “${title}”, since ${reason}.`);
}

function runtimesOf(commands: readonly CommandResult[]): readonly string[] {
  return [...new Set(commands.map(({ runtime }) => runtime))];
}

function commandRows(commands: readonly CommandResult[]): readonly string[] {
  return [...Map.groupBy(commands, ({ command }) => command)].map(([command, ofEach]) =>
    row([`\`${command}\``, ...ofEach.map(({ works }) => (works ? 'works' : 'says that it runs on Node'))]),
  );
}

/**
 * What the page says otherwise than the run. A browser's version is its system's, shown by its first number, and not compared; nor is what a runtime
 * that is missing here would have shown.
 */
export function faultsOfPage(page: string, run: string, missing: readonly string[]): readonly string[] {
  const lines = new Set(comparable(page));
  const shown = new Set(comparable(run));
  // The table of commands has a column for each.
  const isMissing = (line: string): boolean =>
    missing.some((name) => line.includes(name)) ||
    (missing.length > 0 && /^\| (`|countersign …|---)/.test(line));
  return [
    ...[...shown]
      .filter((line) => !lines.has(line) && !isMissing(line))
      .map((line) => `it does not say ${line}`),
    ...[...lines]
      .filter((line) => !shown.has(line) && !isMissing(line))
      .map((line) => `the run did not show ${line}`),
  ];
}

function comparable(page: string): readonly string[] {
  return page
    .split('\n')
    .map((line) => line.replace(/^(\| Chromium \|) \d+ /, '$1 '))
    .filter((line) => line !== '');
}
