/** Each option that names a gate is told where there is none of that name, with those that there are. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { newFolder, run } from '../support.ts';
import { startDay } from './day-bench.ts';

const NAMES = Array.from({ length: 24 }, (_, i) => `hooks-${String.fromCharCode(97 + i)}`);
const CONFIGURATION = `store: "memory:"
gates:
${NAMES.map((name) => `  ${name}: { path: /${name}, provider: github, keys: [{ secret: "\${env:SECRET}" }], keep: {} }`).join('\n')}
`;
const SHOWN = `Gates: ${NAMES.slice(0, 20).join(', ')} and 4 more.`;
const REQUEST = 'POST /hooks-a HTTP/1.1\r\nhost: h.example\r\n\r\n';

/** What each such command is given besides. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  actions: ['plan'],
  explain: [],
  send: ['http://127.0.0.1:9/hooks-a'],
  sign: ['http://127.0.0.1:9/hooks-a'],
  verify: [],
};

/** What a gate has kept, and its issues, are there when the gate has left the configuration: who keeps it is asked. `dev` follows another gateway’s. */
const OF_KEPT: readonly string[] = ['tail', 'events', 'deliveries', 'store', 'issues', 'dev'];
/** Keys are those of the gateway that runs, and it is asked. */
const OF_RUNNING: readonly string[] = ['keys'];

it('is refused by each command that has --gate', async () => {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  const choosing = commands.filter(
    ({ name, options }) => 'gate' in options && ![...OF_KEPT, ...OF_RUNNING].includes(name),
  );
  expect(choosing.map(({ name }) => name).sort()).toEqual(Object.keys(ARGUMENTS));
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), CONFIGURATION);
  const env = { SECRET: 'a-secret-of-thirty-two-characters' };
  for (const { name } of choosing) {
    for (const [gate, meant] of [
      ['nope', ''],
      ['hoks-a', 'Did you mean hooks-a? '],
      ['__proto__', ''],
    ] as const) {
      const args = [name, ...(ARGUMENTS[name] ?? []), '--config', 'countersign.yaml', '--gate', gate];
      const { code, err } = await run(args, { cwd, env, stdin: REQUEST });
      expect([name, code, err.slice(err.indexOf('countersign:'))]).toEqual([
        name,
        2,
        `countersign: the configuration has no gate "${gate}"\n  → ${meant}${SHOWN}\n`,
      ]);
    }
  }
});

it.each(['list', 'add', 'activate', 'make-next', 'retire', 'revoke', 'remove'])(
  'is refused by the gateway that runs: keys %s',
  async (change) => {
    const { ask } = await startDay();
    const id = change === 'list' ? [] : ['b'];
    const { code, out, err } = await ask(['keys', change, ...id, '--gate', 'hoks'], {
      stdin: 'a'.repeat(32),
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^countersign: http:\S+: the admin API answered 404: the gateway has no gate of this name; did you mean hooks\? \(gates: hooks, open, masked\)\n {2}→ Name a gate of the configuration that the gateway was started with\.\n$/,
    );
  },
);

it('is told where the configuration has sessions only', async () => {
  const cwd = newFolder();
  const session = `{ broker: oauth2-client-credentials, tokenUrl: "https://id.example/token", clientId: c, clientSecret: "\${env:SECRET}", auth: none }`;
  writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\nsessions:\n  s: ${session}\n`);
  const env = { SECRET: 'a-secret-of-thirty-two-characters' };
  const args = ['verify', '--config', 'countersign.yaml', '--gate', 'hooks-a'];
  const { code, err } = await run(args, { cwd, env, stdin: REQUEST });
  expect([code, err.slice(err.indexOf('countersign:'))]).toEqual([
    2,
    'countersign: the configuration has no gate "hooks-a"\n  → There are no gates, only sessions: name another configuration with --config FILE.\n',
  ]);
});
