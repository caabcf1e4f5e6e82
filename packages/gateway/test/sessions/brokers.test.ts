/** What holds for every broker: its members, its routes and its words, as `check` and a gateway use them. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigInput, SessionInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { BROKER_IDS, BROKERS, type BrokerId } from '../../src/sessions/brokers/all.generated.ts';
import { send, start } from '../harness.ts';

/** The least that each is written with, `auth` beside it. */
const LEAST: Readonly<Record<BrokerId, SessionInput>> = {
  incode: {
    apiUrl: 'http://127.0.0.1:9',
    apiKey: 'hunter2 of the API',
    clientId: 'c',
    flowId: 'f',
    adminToken: 'hunter2 of the executive',
  },
  'oauth2-client-credentials': {
    tokenUrl: 'http://127.0.0.1:9',
    clientId: 'c',
    clientSecret: 'hunter2 of the client',
  },
};

const sessionOf = (broker: BrokerId, changes: object = {}): SessionInput => ({
  broker,
  auth: 'none',
  ...LEAST[broker],
  ...changes,
});

function problemsOf(session: SessionInput, more: Partial<ConfigInput> = {}): readonly string[] {
  try {
    parseConfig({ store: 'memory:', ...more, sessions: { s: session } }, { baseDir: '/', env: {} });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem, expected }) => `${path}: ${problem}; ${expected}`);
  }
}

describe.each(BROKER_IDS)('the broker %s', (id) => {
  const broker = BROKERS[id];

  it('is taken with what it requires, and with nothing of that left out', () => {
    expect(broker.id).toBe(id);
    expect(problemsOf(sessionOf(id))).toEqual([]);
    for (const member of [...broker.required, 'auth']) {
      const { [member]: _, ...rest } = { ...sessionOf(id) } as Record<string, unknown>;
      const expected = member === 'auth' ? broker.auth.expected : 'a text';
      expect(problemsOf(rest)).toEqual([`sessions.s.${member}: is missing; ${expected}`]);
    }
  });

  it('has no member of another', () => {
    const own = Object.keys(broker.members());
    const others = Object.entries(LEAST).flatMap(([, session]) => Object.entries(session));
    for (const [name, value] of others.filter(([one]) => !own.includes(one))) {
      expect(problemsOf(sessionOf(id, { [name]: value }))).toContainEqual(
        `sessions.s.${name}: is given, and the broker ${id} has no such member; undefined`,
      );
    }
  });

  it('marks the members that hold secrets, which `check` warns of in a file', () => {
    for (const [name, member] of Object.entries(broker.members())) {
      const isSecret = member.read('a text', { path: [], faults: [] }) instanceof Secret;
      expect(member.isSecret, name).toBe(isSecret);
    }
    const { warnings } = parseConfig(
      { store: 'memory:', sessions: { s: sessionOf(id) } },
      { baseDir: '/', env: {}, isFileText: true },
    );
    const secrets = Object.keys(LEAST[id]).filter((name) => broker.members()[name]?.isSecret);
    expect([...new Set(warnings.map(({ path }) => path))].sort()).toEqual(
      ['auth', ...secrets].map((name) => `sessions.s.${name}`).sort(),
    );
    expect(warnings.map(({ sentence }) => sentence)).toContain(broker.auth.noneWarning);
  });

  it('answers its routes with their methods, and no gate may stand there', async () => {
    const { publicUrl, log } = await start(undefined, {
      store: 'memory:',
      sessions: { s: sessionOf(id, { at: '/below' }) },
    });
    expect(log.join('')).toContain(broker.auth.noneLogged);
    for (const { method, path } of broker.routes) {
      const url = `${publicUrl}/below${path}`;
      // There is no vendor behind it: what is asked is refused, or fails.
      expect([400, 502], path).toContain((await send(url, { method, body: '{}' })).status);
      expect((await send(url, { method: method === 'GET' ? 'POST' : 'GET' })).status, path).toBe(405);
      const gates = { g: { path, provider: 'none', respond: { status: 200 } } } as const;
      expect(problemsOf(sessionOf(id), { gates }).join()).toContain('which is answered by the gate g');
    }
  });
});
