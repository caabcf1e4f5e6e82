/**
 * Prevents: a console that is quick in a test of ten events and times out after a year. A gateway with a million kept events is asked through its
 * admin API over HTTP, in the way that the console asks. A call that has looked at its share of the store and says where to go on is an answer.
 */
import { mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createAdminClient, type EventPage, type EventQuery } from '@countersign/api';
import { loadConfig, startGateway } from '@countersign/gateway';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { printTargets, type Target } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { INDEXED_GATE, type MillionEvents, makeEvents } from './search/million-events.ts';

const { values } = readArguments('node bench/search.ts [--events 1e6] [--calls 200]', {
  options: { events: { type: 'string', default: '1e6' }, calls: { type: 'string', default: '200' } },
});
const number = positive(values.events, '--events');
const calls = positive(values.calls, '--calls');
const MOST_MS = 50;
const LIMIT = 50;
/** With its indexes and the words of half of them. */
const BYTES_AN_EVENT = 2_500;
const SECRET = 'a secret that is used for this bench only';

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-search-'));
try {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < 1.5 * number * BYTES_AN_EVENT) {
    console.error(
      `search: ${((number * BYTES_AN_EVENT) / 1e9).toFixed(1)} GB are needed in ${tmpdir()}.\n  → Make room, or give fewer events: --events 1e5`,
    );
    process.exitCode = 2;
  } else await main();
} finally {
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const store = await makeEvents(join(folder, 'store.db'), number);
  console.error(
    `${number} events, the words of half of them indexed, ${(statSync(store.file).size / 1e6).toFixed(0)} MB`,
  );
  const gate = (name: string, keep: string): string =>
    `  ${name}: { path: /${name}, provider: github, keys: [{ secret: '${SECRET}' }], keep: ${keep} }`;
  writeFileSync(
    join(folder, 'countersign.yaml'),
    [
      `listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' }`,
      `store: 'sqlite:./store.db'`,
      'log: { level: warn }',
      'gates:',
      gate(INDEXED_GATE, '{ fullText: true }'),
      ...['push', 'monitored', 'rare'].map((name) => gate(name, '{}')),
      '',
    ].join('\n'),
  );
  const loaded = await loadConfig({ cwd: folder, env: {} });
  const gateway = await startGateway({ config: loaded.config });
  try {
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const ask = (query: EventQuery): Promise<EventPage> => client.call('events', { limit: LIMIT, ...query });
    await measure(store, ask);
  } finally {
    await gateway.close();
  }
}

async function measure(store: MillionEvents, ask: (query: EventQuery) => Promise<EventPage>): Promise<void> {
  const at = (part: number): string =>
    new Date(store.startMs + part * (store.endMs - store.startMs)).toISOString();
  /** Each call asks for something else, where there is something else. */
  const rows: Readonly<Record<string, (call: number) => EventQuery>> = {
    'the newest': () => ({}),
    'in the middle': () => ({ before: store.middleId }),
    'of a gate': () => ({ gate: 'push' }),
    'of a rare gate': () => ({ gate: 'rare' }),
    'of a type': () => ({ type: 'order.sent' }),
    'of a rare type': () => ({ type: 'order.lost' }),
    'by id': () => ({ id: store.middleId }),
    'by how the id begins': (call) => ({ id: store.middleId.slice(0, 6 + (call % 6)) }),
    'before a time': (call) => ({ until: at(0.05 + (call % 90) / 100) }),
    'of a gate, in an hour': (call) => {
      const from = store.startMs + ((call % 90) / 100) * (store.endMs - store.startMs);
      return {
        gate: 'rare',
        since: new Date(from).toISOString(),
        until: new Date(from + 3_600_000).toISOString(),
      };
    },
    'let through by monitoring': () => ({ verdict: 'refused' }),
    'a reason that none has': () => ({ reason: 'expired' }),
    'by the value of a header': (call) => ({ header: 'x-delivery', headerValue: `d-${number - call * 10}` }),
    'a header that none has': () => ({ header: 'x-none' }),
    'by a member of JSON': (call) => ({ member: 'data.object.customer', value: `cus_${call}` }),
    'a value that none has': () => ({ member: 'data.object.id', value: 'ch_none' }),
    'a rare word': () => ({ words: 'needle' }),
    'a word that all have': () => ({ words: 'juniper' }),
    'a phrase': () => ({ words: '"evt_4241"' }),
    'words that are never together': () => ({ words: 'needle hay' }),
    'a word that none has': () => ({ words: 'xylophone' }),
    'a word, of a type, before a time': () => ({ words: 'hay', type: 'order.lost', until: at(0.5) }),
  };
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const targets: Target[] = [];
  const width = Math.max(...Object.keys(rows).map(({ length }) => length));
  console.log(
    `${number} events, by the admin API over HTTP, ${LIMIT} a page: p50, p99 of ${calls} calls; the longest turn of the loop; p99 of the CPU time of both ends`,
  );
  for (const [name, queryOf] of Object.entries(rows)) {
    await ask(queryOf(0));
    loop.reset();
    loop.enable();
    const tookMs: number[] = [];
    const cpuMs: number[] = [];
    let events = 0;
    let parts = 0;
    for (let call = 0; call < calls; call++) {
      const query = queryOf(call);
      const cpu = process.cpuUsage();
      const beganMs = performance.now();
      const page = await ask(query);
      tookMs.push(performance.now() - beganMs);
      const used = process.cpuUsage(cpu);
      cpuMs.push((used.user + used.system) / 1_000);
      events += page.events.length;
      if (page.searchedUntil !== undefined) parts++;
    }
    loop.disable();
    const [p50, p99] = [quantile(tookMs, 0.5), quantile(tookMs, 0.99)];
    const longestMs = loop.max / 1e6;
    console.log(
      `  ${name.padEnd(width)}  ${p50.toFixed(1).padStart(5)} ms  ${p99.toFixed(1).padStart(5)} ms  ${longestMs.toFixed(1).padStart(5)} ms  ${quantile(cpuMs, 0.99).toFixed(1).padStart(5)} ms  ${(events / calls).toFixed(1)} found${parts > 0 ? `, ${parts} of ${calls} answers are partial` : ''}`,
    );
    targets.push({ what: name, value: p99, atMost: MOST_MS, unit: ' ms' });
  }
  if (!printTargets(targets)) process.exitCode = 1;
}
