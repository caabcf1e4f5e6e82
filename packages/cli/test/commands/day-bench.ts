/** A gateway with a file, events and deliveries, for commands that look at them: while it runs, and when it has stopped. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Gateway,
  type KeptEvent,
  loadConfig,
  type NewDelivery,
  startGateway,
} from '@countersign/gateway';
import { onTestFinished } from 'vitest';
import { newFolder, type Ran, type RunOptions, run } from '../support.ts';

export const SECRET = 'a secret of more than sixteen bytes';
export const TOKEN = 'admin-token-of-this-test';

export interface Day {
  readonly cwd: string;
  gateway: Gateway;
  readonly adminUrl: string;
  readonly env: Readonly<Record<string, string>>;
  /** Has the gateway keep a webhook of GitHub; its id. */
  hook(body: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Puts an event into the store; its id. */
  keep(n: number, changes?: Partial<KeptEvent>, deliveries?: readonly NewDelivery[]): Promise<string>;
  /** Has one delivery end so. */
  fail(destination: string, answer?: string): Promise<void>;
  /** @param between what is done to its file meanwhile */
  restart(between?: () => void): Promise<void>;
  /** A command that asks the gateway. */
  ask(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

/** @param top more lines of its configuration */
export async function startDay(top = ''): Promise<Day> {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: sqlite:store.db
admin: { token: ${TOKEN} }
${top}
gates:
  hooks: { path: /hooks, provider: github, keys: [{ secret: "\${env:SECRET}" }], keep: {} }
  open: { path: "/open/*", provider: none, keep: {} }
  masked: { path: /masked, provider: none, keep: { mask: { members: [email] } } }
`,
  );
  const env = { SECRET, HOME: cwd };
  const open = async (port: number): Promise<Gateway> => {
    const { config } = await loadConfig({ cwd, env });
    const admin = config.listen.admin && { ...config.listen.admin, port };
    const listen = { ...config.listen, ...(admin && { admin }) };
    return startGateway({ config: { ...config, listen }, logSink: { write() {} } });
  };
  const day: Day = {
    cwd,
    gateway: await open(0),
    get adminUrl() {
      return day.gateway.adminUrl ?? '';
    },
    env,
    async hook(body, headers = {}) {
      const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
      const { status } = await fetch(`${day.gateway.publicUrl}/hooks`, {
        method: 'POST',
        headers: { 'X-Hub-Signature-256': signature, 'content-type': 'application/json', ...headers },
        body,
      });
      if (status !== 200) throw new Error(`the gateway answered ${status}`);
      return (await day.gateway.store.events.list({ limit: 1 }))[0]?.id ?? '';
    },
    async keep(n, changes = {}, deliveries = undefined) {
      const event: KeptEvent = {
        id: `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
        gate: 'open',
        provider: 'none',
        keyId: '',
        receivedMs: 1_790_000_000_000 + n,
        method: 'POST',
        url: `/open/${n}`,
        headers: ['Host', 'a.example'],
        body: Buffer.from(`{"n":${n}}`),
        ...changes,
      };
      await day.gateway.store.events.keep(event, [], deliveries);
      return event.id;
    },
    async fail(destination, answer = '') {
      const { deliveries } = day.gateway.store;
      const nowMs = Date.now();
      const [due] = await deliveries.take({ destination, limit: 1, maxBytes: 1, leaseMs: 60_000, nowMs });
      if (due === undefined) throw new Error('nothing is due');
      const { place, lease } = due;
      const attempt = {
        startedMs: nowMs,
        tookMs: 12,
        code: 'status',
        status: 500,
        problem: 'The receiver answered 500.',
        answer: Buffer.from(answer, 'latin1'),
      };
      await deliveries.settle({ place, lease, state: 'dead', attempt });
    },
    async restart(between = () => {}) {
      const port = day.gateway.adminPort ?? 0;
      await day.gateway.close();
      between();
      day.gateway = await open(port);
    },
    ask: (args, options = {}) => run([...args, '--admin', day.adminUrl], { cwd, env, ...options }),
  };
  onTestFinished(() => day.gateway.close());
  return day;
}
