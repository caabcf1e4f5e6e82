/** A start that fails leaves nothing open: no watcher, no listener, no store, nothing that goes on. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { ConfigInput, SessionInput } from '../src/config/config-input.ts';
import { parseConfig } from '../src/config/parse-config.ts';
import { startGateway } from '../src/gateway.ts';
import { Lifecycle } from '../src/lifecycle.ts';
import { actionsModule, later, SECRET, temporaryDir } from './harness.ts';
import { createAuthority } from './tls/authority.ts';

const GATE = { provider: 'hmac', keys: [{ secret: SECRET }] } as const;
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => void server.close(() => resolve())));
  return (server.address() as { readonly port: number }).port;
}

const source = (description: string) =>
  `export const acted = { name: 'acted', description: '${description}', input: { type: 'object' }, run: () => 'done' };`;

const LISTEN = { public: '127.0.0.1:0', admin: '127.0.0.1:0' };
const STORE_KEY = '0123456789abcdef'.repeat(4);

/** A session whose secret is so short that it is refused when the session is opened. */
const session = (secret: string): SessionInput => ({
  broker: 'oauth2-client-credentials',
  at: '/token',
  tokenUrl: 'https://tokens.example/token',
  clientId: 'id',
  clientSecret: 'the secret of a client',
  auth: { secret },
});
const SESSIONS = { first: session(SECRET) };

/** What a start opens, in order. */
const PARTS = [
  'the log',
  'the store',
  'the writer of claims',
  'how keys are used',
  'what explains refused requests',
  'the deliveries',
  'the refused requests',
  'the outcome of gates.kept',
  'gates.kept',
  'the loader of gates.acted.answer.actions',
  'the watcher of gates.acted.answer.actions',
  'the outcome of gates.acted',
  'gates.acted',
  'the broker of sessions.first',
  'sessions.first',
  'the claims from before the start',
  'what is kept no longer',
  'the full-text index',
  'what other gateways change',
  'the issues',
  'the public listener',
  'the audit log',
  'the figures of the process',
  'log-in sessions',
];

interface Failure {
  readonly at: string;
  /** The last part of `PARTS` that is opened before. */
  readonly behind: string;
  /** What the wrong configuration opens besides. */
  readonly besides?: string;
  /** What of the configuration brings it about. */
  readonly wrong: (dir: string) => Promise<Partial<ConfigInput>>;
}

const FAILURES: readonly Failure[] = [
  {
    at: 'the store',
    behind: 'the log',
    async wrong(dir) {
      writeFileSync(join(dir, 'none.db'), 'this is not a database, whatever its name says');
      return { store: 'sqlite:none.db' };
    },
  },
  {
    at: 'a gate',
    behind: 'gates.acted',
    wrong: async () => ({
      gates: { late: { ...GATE, path: '/late', keys: [{ secret: 'short' }], keep: {} } },
    }),
  },
  {
    at: 'a gate whose actions do not load',
    behind: 'gates.acted',
    besides: 'the loader of gates.late.answer.actions',
    wrong: async () => ({
      gates: {
        late: { ...GATE, path: '/late', answer: { actions: actionsModule('export const none = 1;') } },
      },
    }),
  },
  {
    at: 'a session',
    behind: 'sessions.first',
    wrong: async () => ({ sessions: { ...SESSIONS, second: { ...session('short'), at: '/other' } } }),
  },
  {
    at: 'the certificates of the admin listener',
    behind: 'the issues',
    besides: 'the certificates of the public listener',
    async wrong(dir) {
      const { certFile: cert, keyFile: key } = createAuthority('authority').issue('gate', 'IP:127.0.0.1');
      writeFileSync(join(dir, 'admin.pem'), 'this is not a certificate, whatever its name says');
      return { listen: { ...LISTEN, tls: { cert, key }, adminTls: { cert: 'admin.pem', key } } };
    },
  },
  {
    at: 'the public listener',
    behind: 'the issues',
    wrong: async () => ({ listen: { ...LISTEN, public: `127.0.0.1:${await takenPort()}` } }),
  },
  {
    at: 'the admin listener',
    behind: 'log-in sessions',
    wrong: async () => ({ listen: { ...LISTEN, admin: `127.0.0.1:${await takenPort()}` } }),
  },
];

/** The names of parts as they are opened and closed from now on. */
function watchedParts() {
  const opened: string[] = [];
  const closed: string[] = [];
  const { add } = Lifecycle.prototype;
  const spy = vi.spyOn(Lifecycle.prototype, 'add').mockImplementation(function (this: Lifecycle, name, part) {
    opened.push(name);
    const close = async (): Promise<void> => {
      await part.close();
      closed.push(name);
    };
    add.call(this, name, { drain: (untilMs) => part.drain(untilMs), close });
  });
  later(() => spy.mockRestore());
  return { opened, closed };
}

it.each(FAILURES)('at $at', async ({ behind, besides, wrong }) => {
  const dir = temporaryDir();
  const actions = actionsModule(source('Acts.'));
  const gates = {
    kept: { ...GATE, path: '/kept', keep: {} },
    acted: { ...GATE, path: '/acted', answer: { actions } },
  };
  const sound = { listen: LISTEN, store: 'sqlite:test.db', storeKey: STORE_KEY, gates, sessions: SESSIONS };
  const configOf = (input: ConfigInput) => parseConfig(input, { baseDir: dir, env: {} }).config;
  const lines: string[] = [];
  const logSink = { write: (line: string) => void lines.push(line) };
  const changes = await wrong(dir);
  const config = configOf({ ...sound, ...changes, gates: { ...gates, ...changes.gates } });
  const parts = watchedParts();
  await expect(startGateway({ config, logSink, watch: true })).rejects.toThrow();
  const usual = PARTS.slice(0, PARTS.indexOf(behind) + 1);
  const expected = besides === undefined ? usual : [...usual, besides];
  expect(parts.opened).toEqual(expected);
  // What is within a gate or a session ends before it.
  const whole = (names: readonly string[]) =>
    names.filter((name) => !/^the (outcome|loader|watcher|broker)/.test(name));
  expect(whole(parts.closed)).toEqual(whole(expected).toReversed());
  expect(parts.closed.toSorted()).toEqual(expected.toSorted());

  // The same file at once: the store was let go. Of two watchers the one that is left open would see the change as well.
  const changed = Promise.withResolvers<void>();
  const next = await startGateway({
    config: configOf(sound),
    logSink: { write: (line) => line.includes('actions were loaded again') && changed.resolve() },
    watch: true,
  });
  later(() => next.close());
  writeFileSync(actions, source('Acts otherwise.'));
  await changed.promise;
  expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(lines.filter((line) => line.includes('actions were loaded again'))).toEqual([]);
});
