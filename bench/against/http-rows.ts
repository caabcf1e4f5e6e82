/**
 * The gateways of both trees, each in a process of its own on the same core, loaded in turn: CPU time of the server
 * for a request.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET, writeRequests } from '../http/request-file.ts';
import { type RunningServer, startServer, warmUp } from '../http/run-server.ts';

export interface HttpRow {
  readonly name: string;
  /** The gate of the configuration. */
  gate(tree: string): string;
  readonly load: 'signed' | 'forged';
  readonly store: 'memory' | 'sqlite';
}

const flowent = (tree: string): string =>
  `flowent, keys: [{ secret: '${SECRET}' }], answer: { actions: ${join(tree, 'bench/http/actions.ts')} }`;
const github = (): string => `github, keys: [{ secret: '${SECRET}' }], keep: {}`;

export const HTTP_ROWS: readonly HttpRow[] = [
  { name: 'http, refuses forged (GitHub)', gate: github, load: 'forged', store: 'sqlite' },
  { name: 'http, refuses forged (Flowent)', gate: flowent, load: 'forged', store: 'sqlite' },
  { name: 'http, answer', gate: flowent, load: 'signed', store: 'memory' },
  { name: 'http, answer, claims in SQLite', gate: flowent, load: 'signed', store: 'sqlite' },
  { name: 'http, keep', gate: github, load: 'signed', store: 'sqlite' },
];

const SPELL_SECONDS = 1;
/** More than a machine of this decade takes in all spells and the warming up. */
const SIGNED = 800_000;
const FORGED = 20_000;

/** The ratios of the pairs of one pair of processes. */
export async function measureHttp(
  row: HttpRow,
  trees: readonly [string, string],
  pairs: number,
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-against-http-'));
  const servers: RunningServer[] = [];
  try {
    const load = writeRequests(
      join(folder, 'load.http'),
      row.load === 'signed' ? SIGNED : FORGED,
      row.load === 'signed',
    );
    for (const [at, tree] of trees.entries()) {
      const config = join(folder, `${at}.yaml`);
      const store = row.store === 'memory' ? ':memory:' : `sqlite:./${at}.db`;
      writeFileSync(
        config,
        `listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' }\nstore: '${store}'\ngates:\n  bench: { path: '/actions/:action', provider: ${row.gate(tree)} }\n`,
      );
      const server = await startServer({
        server: ['gateway', config, tree],
        once: row.load === 'signed',
        expects: row.load === 'signed' ? 'success' : 'refusal',
        log: join(folder, `${at}.log`),
      });
      servers.push(server);
      await warmUp(server, load);
    }
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const perRequest = [0, 0];
      for (const at of pair % 2 === 0 ? [0, 1] : [1, 0]) {
        const { cpuSeconds, requests } = await (servers[at] as RunningServer).drive(load, SPELL_SECONDS);
        perRequest[at] = cpuSeconds / requests;
      }
      ratios.push(Number(perRequest[1]) / Number(perRequest[0]));
    }
    return ratios;
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
