/** A start that fails leaves nothing open: no watcher, no listener, no store, nothing that goes on. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { parseConfig } from '../src/config/parse-config.ts';
import { startGateway } from '../src/gateway.ts';
import { actionsModule, later, SECRET, temporaryDir } from './harness.ts';

const GATE = { provider: 'hmac', keys: [{ secret: SECRET }] } as const;
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => void server.close(() => resolve())));
  return (server.address() as { readonly port: number }).port;
}

const source = (description: string) =>
  `export const acted = { name: 'acted', description: '${description}', input: { type: 'object' }, run: () => 'done' };`;

it.each(['public', 'admin'] as const)('where the port of the %s listener is taken', async (which) => {
  const dir = temporaryDir();
  const actions = actionsModule(source('Acts.'));
  const gates = {
    kept: { ...GATE, path: '/kept', keep: {} },
    acted: { ...GATE, path: '/acted', answer: { actions } },
  };
  const free = { public: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const configOf = (listen: typeof free) =>
    parseConfig({ listen, store: 'sqlite:test.db', gates }, { baseDir: dir, env: {} }).config;
  const lines: string[] = [];
  const logSink = { write: (line: string) => void lines.push(line) };
  const taken = configOf({ ...free, [which]: `127.0.0.1:${await takenPort()}` });
  await expect(startGateway({ config: taken, logSink, watch: true })).rejects.toThrow(
    'cannot be listened on',
  );

  // The same file at once: the store was let go. Of two watchers the one that is left open would see the change as well.
  const changed = Promise.withResolvers<void>();
  const next = await startGateway({
    config: configOf(free),
    logSink: { write: (line) => line.includes('actions were loaded again') && changed.resolve() },
    watch: true,
  });
  later(() => next.close());
  writeFileSync(actions, source('Acts otherwise.'));
  await changed.promise;
  expect(lines.filter((line) => !line.includes('"level":"info"'))).toEqual([]);
  expect(lines.filter((line) => line.includes('actions were loaded again'))).toEqual([]);
});
