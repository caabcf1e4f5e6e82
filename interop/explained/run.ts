/**
 * Prevents: a claim about other libraries that nobody can check. Hands each broken request of vectors/explain-corpus to the library of its sender, and
 * holds what that says against what really happened, beside our own first finding. Forged requests are left out: each library refuses them, and there
 * is nothing to name. Ends with 1 where docs/conformance.md says otherwise; `--write` writes it there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CorpusLine, readCorpus } from '../../packages/core/test/explain-corpus/corpus-lines.ts';
import { explainLine } from '../../packages/core/test/explain-corpus/explain-line.ts';
import { isRight } from '../../scripts/corpus-answers.ts';
import { installPeers } from '../../scripts/install-peers.ts';
import { positive, readArguments } from '../../scripts/read-arguments.ts';
import { namesCause } from './cause-words.ts';
import type { Peer } from './peers.ts';
import { namedBy, type PeerResult, tableText, withoutOurs, withTable } from './table.ts';

const PAGE = join(import.meta.dirname, '../../docs/conformance.md');

const { values } = readArguments('npm run explain-corpus -- --peers [--write] [--budget MS]', {
  options: {
    peers: { type: 'boolean', default: true },
    write: { type: 'boolean', default: false },
    budget: { type: 'string', default: '250' },
  },
});
const budgetMs = positive(values.budget, '--budget');
installPeers(join(import.meta.dirname, '..'));
// Imported here: the libraries are there only now.
const { PEERS, textOf } = await import('./peers.ts');

const broken = readCorpus().filter(({ cause }) => cause !== 'none' && cause !== 'forged');
const results: PeerResult[] = [];
for (const peer of PEERS) results.push(await resultOf(peer));
report(results);

async function resultOf(peer: Peer): Promise<PeerResult> {
  const lines = broken.filter(peer.takes);
  const texts = new Map<string, { count: number; named: number }>();
  let [accepted, ours] = [0, 0];
  for (const line of lines) {
    const text = await textOf(peer, line);
    if (text === undefined) accepted++;
    else {
      const row = texts.get(text) ?? { count: 0, named: 0 };
      texts.set(text, row);
      row.count++;
      if (namesCause(text, line.cause)) row.named++;
    }
    if (await isOursRight(line)) ours++;
  }
  const rows = [...texts].map(([text, row]) => ({ text, ...row }));
  const sorted = rows.toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  return { name: peer.name, requests: lines.length, accepted, texts: sorted, ours };
}

async function isOursRight(line: CorpusLine): Promise<boolean> {
  const {
    findings: [first],
  } = await explainLine(line, budgetMs);
  // That nothing is claimed of another secret may be right, and names nothing.
  return first !== undefined && isRight(line.cause, first.id);
}

function report(all: readonly PeerResult[]): void {
  const width = Math.max(...all.map(({ name }) => name.length));
  console.log('library: requests, it accepts, names what happened, our first finding names it');
  for (const result of all) {
    const { name, requests, accepted, ours } = result;
    const cells = [requests, accepted, namedBy(result), ours].map((count) => String(count).padStart(4));
    console.log(`${name.padEnd(width)} ${cells.join(' ')}`);
    for (const { text, count, named } of result.texts)
      console.log(`  ${String(count).padStart(4)} ${String(named).padStart(4)}  ${text}`);
  }
  const page = readFileSync(PAGE, 'utf8');
  const nextPage = withTable(page, tableText(all));
  if (values.write) writeFileSync(PAGE, nextPage);
  else if (withoutOurs(nextPage) !== withoutOurs(page)) {
    console.error('docs/conformance.md says otherwise.\n  → npm run explain-corpus -- --peers --write');
    process.exitCode = 1;
  }
}
