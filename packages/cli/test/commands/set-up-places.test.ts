/** Prevents: an error of a configuration whose line one command names, and another leaves to be looked for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { newFolder, run } from '../support.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7H';
const REQUEST = 'POST /g HTTP/1.1\r\nhost: a\r\n\r\n';
const ACTIONS = `export const a = { name: 'a', description: 'A.', input: { type: 'object' }, run: () => 'a' };`;

/** A gate that cannot be built: line 5, the options of its provider. */
const UNBUILT = `store: "memory:"
gates:
  g:
    path: /g
    provider: { id: hmac, message: "{body" }
    keys: [{ secret: ${KEY} }]
    keep: {}
`;

/** Actions that cannot be registered: line 5, the path. */
const UNREGISTERED = `store: "memory:"
publicUrl: http://127.0.0.1:8787
gates:
  g:
    path: /a/*
    provider: flowent
    keys: [{ secret: ${KEY} }]
    answer: { actions: ./a.mjs, register: { apiUrl: "http://127.0.0.1:9/a", apiToken: ${KEY} } }
`;

/** A store that cannot be opened, of a gateway that does not answer: line 1. */
const UNOPENED = `store: "sqlite:./a.mjs"
listen: { admin: off }
gates: { g: { path: /g, provider: github, keys: [{ secret: ${KEY} }], keep: {} } }
`;

/** An option that nothing reads: line 2. Who only asks a gateway builds no gate. */
const MISSPELT = `store: "memory:"
listen: { admim: off }
gates: { g: { path: /g, provider: github, keys: [{ secret: ${KEY} }], keep: {} } }
`;

interface PlaceCase {
  readonly args: readonly string[];
  readonly yaml: string;
  readonly place: RegExp;
}

const BUILT = /countersign\.yaml has a problem:\s+line 5:\d+ {2}gates\.g\.provider\.message: at character 1/;
const REGISTERED = /countersign\.yaml has a problem:\s+line 5:\d+ {2}gates\.g\.path: /;

const cases: readonly PlaceCase[] = [
  { args: ['check'], yaml: UNBUILT, place: BUILT },
  { args: ['serve'], yaml: UNBUILT, place: BUILT },
  { args: ['dev'], yaml: UNBUILT, place: BUILT },
  { args: ['verify', '--config', 'countersign.yaml', 'request.http'], yaml: UNBUILT, place: BUILT },
  { args: ['explain', '--config', 'countersign.yaml', 'request.http'], yaml: UNBUILT, place: BUILT },
  { args: ['sign', '--config', 'countersign.yaml', 'http://a/g'], yaml: UNBUILT, place: BUILT },
  { args: ['send', '--config', 'countersign.yaml', 'http://127.0.0.1:9/g'], yaml: UNBUILT, place: BUILT },
  { args: ['handout', 'g'], yaml: UNBUILT, place: BUILT },
  { args: ['serve', '--register'], yaml: UNREGISTERED, place: REGISTERED },
  { args: ['actions', 'plan'], yaml: UNREGISTERED, place: REGISTERED },
  { args: ['actions', 'push', '--yes'], yaml: UNREGISTERED, place: REGISTERED },
  { args: ['actions', 'pull'], yaml: UNREGISTERED, place: REGISTERED },
  {
    args: ['claims', 'release', 'g', '0'.repeat(32)],
    yaml: UNOPENED,
    place: /countersign\.yaml has a problem:\s+line 1:\d+ {2}store: /,
  },
  ...[
    ['events', 'list'],
    ['deliveries', 'list'],
    ['store', 'stats'],
    ['audit', 'list'],
    ['issues', 'list'],
    ['keys', 'list', '--gate', 'g'],
    ['config', 'show'],
    ['config', 'reload'],
    ['config', 'diff'],
    ['mcp'],
  ].map((args) => ({
    args,
    yaml: MISSPELT,
    place: /countersign\.yaml has a problem:\s+line 2:\d+ {2}listen\.admim: /,
  })),
  {
    args: ['tail'],
    yaml: MISSPELT,
    place: /countersign\.yaml has a problem:\s+line 2:\d+ {2}listen\.admim: /,
  },
];

describe('what cannot be set up is told with its file and line', () => {
  it.each(cases)('$args', async ({ args, yaml, place }) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'countersign.yaml'), yaml);
    writeFileSync(join(cwd, 'request.http'), REQUEST);
    writeFileSync(join(cwd, 'a.mjs'), ACTIONS);
    const { code, err } = await run(args, { cwd });
    expect(err).toMatch(place);
    expect(code).toBe(2);
  });

  it('by every command that takes a configuration', async () => {
    const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
    const named = commands.filter(({ options }) => 'config' in options).map(({ name }) => name);
    expect([...new Set(cases.map(({ args }) => args[0]))].sort()).toEqual(named.sort());
  });
});
