/** What answers at --admin and is no gateway: whatever it says, no command takes it for the answer to what it has asked. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { newFolder, type Ran, run } from '../support.ts';

const ID = '01890000-0000-7000-8000-000000000001';

/** Each command that asks the gateway that runs, with what it needs. */
const ASKING: Readonly<Record<string, readonly string[]>> = {
  tail: [],
  'events list': [],
  'events refused': [],
  'events show': [ID],
  'events search': ['x'],
  'events follow': ['--once'],
  'events resend': [ID],
  'events erase': ['--match', 'text=x', '--yes'],
  'events test': [ID],
  'deliveries list': [],
  'deliveries destinations': [],
  'deliveries redrive': ['--destination', 'x', '--yes'],
  'deliveries cancel': ['--destination', 'x', '--yes'],
  'deliveries skip': [ID, 'x'],
  'deliveries pause': ['x'],
  'deliveries resume': ['x'],
  'deliveries mute': ['x'],
  'deliveries unmute': ['x'],
  'deliveries preview': [ID, 'x'],
  'store stats': [],
  'store export': [],
  'store import': ['events.jsonl'],
  'store verify': [],
  'store backup': ['backup.db'],
  'claims release': ['open', 'a'.repeat(32)],
  'config reload': [],
  'config diff': [],
  'issues list': [],
  'issues show': ['a'.repeat(16)],
  'issues ack': ['a'.repeat(16)],
  'issues close': ['a'.repeat(16)],
  'audit list': [],
  'audit verify': [],
  'keys list': ['--gate', 'open'],
  'keys add': ['b', '--gate', 'open'],
  'keys open': ['--gate', 'open'],
  'keys reveal': ['--gate', 'open'],
  'keys activate': ['b', '--gate', 'open'],
  'keys make-next': ['b', '--gate', 'open'],
  'keys retire': ['b', '--gate', 'open'],
  'keys revoke': ['b', '--gate', 'open', '--yes'],
  'keys remove': ['b', '--gate', 'open', '--yes'],
  explain: ['--last'],
};

/** Other ways into the same commands. */
const OTHER_WAYS: readonly (readonly string[])[] = [
  ['tail', '--gate', 'open'],
  ['tail', '--destination', 'x'],
  ['events', 'resend', '--gate', 'open', '--yes'],
  ['events', 'erase', '--match', 'text=x', '--dry-run'],
  ['events', 'follow', '--from', ID],
  ['deliveries', 'redrive', '--destination', 'x', '--dry-run'],
  ['keys', 'add', 'b', '--gate', 'open', '--generate'],
  ['audit', 'verify', '--head', `1:${'a'.repeat(64)}`],
  ['explain', '--refused', 'a'],
  ['explain', '--event', ID],
];

const LINES = [
  ...Object.entries(ASKING).map(([name, words]) => [...name.split(' '), ...words]),
  ...OTHER_WAYS,
];

const ANSWERS: readonly (readonly [type: string, body: string])[] = [
  ['application/json', '{}'],
  ['application/json', '[]'],
  ['application/json', '"x"'],
  ['application/json', 'null'],
  ['application/json', '{"events":[],"deliveries":[],"destinations":[],"changed":0,"released":true}'],
  ['text/html', '<!doctype html><title>It works!</title>'],
  ['text/event-stream', 'id: 1\ndata: {"verdict":"accepted"}\n\n'],
  ['text/plain', ''],
];

/** What a command that reads its standard input finds there: a key, say. */
const PIPED = 'a secret of thirty-two characters';

/** It goes on, and has its client told. */
const MCP = 'mcp';
const TOOL_CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"gates"}}';

async function asked(
  line: readonly string[],
  [type, body]: (typeof ANSWERS)[number],
  stdin = PIPED,
): Promise<Ran> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cwd = newFolder();
  writeFileSync(join(cwd, 'events.jsonl'), '{"id":"a"}\n');
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    'store: "memory:"\ngates: { open: { path: /open, provider: none, keep: {} } }\n',
  );
  return run([...line, '--admin', url], {
    cwd,
    stdin,
    env: { COUNTERSIGN_ADMIN_TOKEN: 'a-token-of-some-length', XDG_STATE_HOME: cwd },
  });
}

describe.each(ANSWERS)('a server that answers 200 and %s %s', (...answer) => {
  it.each(LINES.map((line) => [line.join(' '), line] as const))('is no gateway for %s', async (_, line) => {
    const { code, out, err } = await asked(line, answer);
    expect(out).toBe('');
    expect(err).toMatch(
      /^countersign: http:\S+: the answer 200 has no countersign-listener header\n {2}→ Compare the address with listen\.admin: what answers there is not a gateway’s admin listener\.\n$/m,
    );
    expect(code).toBe(2);
  });

  it('is no gateway for a tool of mcp', async () => {
    const { code, out, err } = await asked([MCP], answer, TOOL_CALL);
    expect(JSON.parse(out)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        isError: true,
        content: [
          {
            type: 'text',
            text: expect.stringMatching(
              /^http:\S+: the answer 200 has no countersign-listener header\nCompare the address with listen\.admin: what answers there is not a gateway’s admin listener\.$/,
            ),
          },
        ],
      },
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

it('no command that takes --admin is left out', async () => {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  const names = commands
    .flatMap((command) => ('subCommands' in command ? command.subCommands : [command]))
    .filter(({ options }) => options['admin'] !== undefined)
    // It has one sub-command, and takes the word itself.
    .map(({ name }) => (name === 'claims' ? 'claims release' : name));
  expect([...Object.keys(ASKING), MCP].toSorted()).toEqual(names.toSorted());
});
