/** What is particular to deliveries to a command. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { openCommandHost } from '../../src/deliver/command-host.ts';
import type { AttemptResult, Destination, Message } from '../../src/deliver/destination.ts';
import {
  type CommandDestinationOptions,
  createCommandDestination,
} from '../../src/deliver/destinations/command.ts';
import { messageOf, patience, until } from '../../src/testing/destination-bench.ts';

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-command-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function open(script: string, more: Partial<CommandDestinationOptions> = {}): Promise<Destination> {
  const destination = await createCommandDestination({ command: ['sh', '-c', script], ...more });
  onTestFinished(() => destination.close());
  return destination;
}

const textOf = ({ answer }: AttemptResult): string => Buffer.from(answer ?? []).toString('utf8');

/** The command's environment, without what a shell puts there itself. */
async function environmentOf(
  message: Partial<Message>,
  more: Partial<CommandDestinationOptions> = {},
): Promise<Readonly<Record<string, string>>> {
  const directory = temporary();
  const script = 'process.stdin.resume(); require("fs").writeFileSync("env", JSON.stringify(process.env))';
  const command = [process.execPath, '-e', script];
  const destination = await createCommandDestination({ own: {}, ...more, command, directory });
  onTestFinished(() => destination.close());
  expect(await destination.send(messageOf(1, message), patience())).toEqual({ ok: true, status: 0 });
  return JSON.parse(readFileSync(join(directory, 'env'), 'utf8'));
}

describe('the environment', () => {
  it('has the words of adnanh/webhook, and what the gateway knows of the event', async () => {
    expect(await environmentOf({ headers: ['X-GitHub-Event', 'push', 'X-A', '1', 'x-a', '2'] })).toEqual({
      HOOK_ID: 'gate',
      HOOK_METHOD: 'POST',
      HOOK_REQUEST_URI: '/hook?n=1',
      HOOK_HEADER_X_GITHUB_EVENT: 'push',
      HOOK_HEADER_X_A: '1, 2',
      COUNTERSIGN_EVENT_ID: '01890000-0000-7000-8000-000000000001',
      COUNTERSIGN_GATE: 'gate',
      COUNTERSIGN_PROVIDER: 'hmac',
      COUNTERSIGN_KEY_ID: 'main',
      COUNTERSIGN_DESTINATION: 'shop',
      COUNTERSIGN_ATTEMPT: '1',
      COUNTERSIGN_RECEIVED_MS: '1760000000001',
      COUNTERSIGN_RECEIVED_AT: '2025-10-09T08:53:20.001Z',
    });
  });

  it('has of the gateway’s own only what is named', async () => {
    const own = {
      PATH: '/bin',
      HOME: '/var/empty',
      LANG: 'C',
      TZ: 'UTC',
      API_KEY: 'secret',
      MODE: 'live',
      NONE: undefined,
    };
    const environment = await environmentOf(
      { headers: [] },
      {
        own,
        environment: [
          'MODE',
          'NONE',
          'ABSENT',
          { name: 'TOKEN', value: new Secret('t') },
          { name: 'LANG', value: 'de' },
        ],
      },
    );
    const ours = Object.entries(environment).filter(([name]) => !/^(HOOK|COUNTERSIGN)_/.test(name));
    expect(Object.fromEntries(ours)).toEqual({
      PATH: '/bin',
      HOME: '/var/empty',
      LANG: 'de',
      TZ: 'UTC',
      MODE: 'live',
      TOKEN: 't',
    });
  });

  it('takes no header’s word for what the gateway knows or an operator set', async () => {
    const environment = await environmentOf(
      { headers: ['Path', '/evil', 'Id', 'x', 'LD-Preload', 'x', 'Hook-Id', 'y'] },
      { own: { PATH: '/bin' }, environment: [{ name: 'HOOK_HEADER_ID', value: 'set' }] },
    );
    expect(environment).toMatchObject({
      PATH: '/bin',
      HOOK_ID: 'gate',
      HOOK_HEADER_ID: 'set',
      HOOK_HEADER_PATH: '/evil',
    });
    expect(environment['LD_PRELOAD']).toBeUndefined();
  });

  it('takes no header for another that has plain hyphens, in whatever order they come', async () => {
    const headers = ['X_Event', 'evil', 'X-Event', 'real', 'X.Event', 'evil', 'A_B', 'alone'];
    expect(await environmentOf({ headers })).toMatchObject({
      HOOK_HEADER_X_EVENT: 'real',
      HOOK_HEADER_A_B: 'alone',
    });
  });

  it('leaves out what cannot stand in it: NUL, what is no UTF-8, what is too long', async () => {
    const headers = [
      'X-Nul',
      'a\0b',
      'X-Latin',
      'caf\xe9',
      'X-Utf8',
      'caf\xc3\xa9',
      'X-Long',
      'x'.repeat(131_072),
    ];
    const environment = await environmentOf({ headers });
    expect(Object.keys(environment).filter((name) => name.startsWith('HOOK_HEADER_'))).toEqual([
      'HOOK_HEADER_X_UTF8',
    ]);
    expect(environment['HOOK_HEADER_X_UTF8']).toBe('café');
  });

  it('is bounded: a message cannot bring so much that the command is not started', async () => {
    const headers = Array.from({ length: 60 }, (_, n) => [`X-${n}`, 'x'.repeat(100_000)]).flat();
    const environment = await environmentOf({ headers });
    expect(Object.keys(environment).filter((name) => name.startsWith('HOOK_HEADER_'))).toHaveLength(9);
    expect(environment['COUNTERSIGN_EVENT_ID']).toBeDefined();
  });

  it('has the gateway’s own whatever a message fills: to the last byte of the room', async () => {
    const own = Object.keys(await environmentOf({})).filter((name) =>
      /^(COUNTERSIGN|HOOK_(?!HEADER))_?/.test(name),
    );
    expect(own.length).toBeGreaterThan(8);
    const headers = Array.from({ length: 3_000 }, (_, n) => [
      `X-${n}`,
      'x'.repeat(n < 9 ? 100_000 : 40),
    ]).flat();
    expect(Object.keys(await environmentOf({ headers }))).toEqual(expect.arrayContaining(own));
  });
});

describe('values that are passed as adnanh/webhook passes them', () => {
  const JSON_BODY =
    '{"ref":"refs/heads/main","commits":[{"id":"c1"}],"a.b":"whole","a":{"b":"part"},"n":1.5,"t":true,"o":{"x":[1]}}';
  const url = { ...messageOf(1).event, url: '/hook?q=one%20two&empty=' };
  it.each([
    [{ source: 'payload', name: 'ref' }, { HOOK_ref: 'refs/heads/main' }],
    [{ source: 'payload', name: 'commits.0.id', envname: 'COMMIT' }, { COMMIT: 'c1' }],
    [{ source: 'payload', name: 'a.b', envname: 'AB' }, { AB: 'whole' }],
    [{ source: 'payload', name: 'n', envname: 'N' }, { N: '1.5' }],
    [{ source: 'payload', name: 't', envname: 'T' }, { T: 'true' }],
    [{ source: 'payload', name: 'o', envname: 'O' }, { O: '{"x":[1]}' }],
    [{ source: 'payload', name: 'absent.0', envname: 'ABSENT' }, {}],
    [{ source: 'payload', name: 'toString', envname: 'ABSENT' }, {}],
    [{ source: 'header', name: 'x-github-event', envname: 'EVENT' }, { EVENT: 'push' }],
    [{ source: 'header', name: 'X-GitHub-Event' }, { 'HOOK_X-GitHub-Event': 'push' }],
    [{ source: 'url', name: 'q', envname: 'Q' }, { Q: 'one two' }],
    [{ source: 'url', name: 'absent' }, {}],
    [{ source: 'request', name: 'method', envname: 'METHOD' }, { METHOD: 'POST' }],
    [{ source: 'string', name: 'fixed', envname: 'SOMETHING' }, { SOMETHING: 'fixed' }],
    [{ source: 'entire-query', envname: 'QUERY' }, { QUERY: '{"q":"one two","empty":""}' }],
    [{ source: 'entire-headers', envname: 'HEADERS' }, { HEADERS: '{"x-github-event":"push"}' }],
    [{ source: 'entire-payload', envname: 'PAYLOAD' }, { PAYLOAD: JSON_BODY }],
  ] as const)('%j', async (value, expected) => {
    const message = { event: url, headers: ['X-GitHub-Event', 'push'], body: Buffer.from(JSON_BODY) };
    const environment = await environmentOf(message, { passed: [value] });
    const passed = Object.entries(environment).filter(
      ([name]) => !/^(HOOK_[A-Z_]+|COUNTERSIGN_.*)$/.test(name),
    );
    expect(Object.fromEntries(passed)).toEqual(expected);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'payload=%7B%7D&b=1', '1'],
    ['application/json', '{"b":', undefined],
    ['application/json', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, undefined],
    ['application/json', '\xff', undefined],
  ])('of a body of %s: %s', async (type, text, expected) => {
    const message = { headers: ['Content-Type', type], body: Buffer.from(text, 'latin1') };
    const environment = await environmentOf(message, {
      passed: [{ source: 'payload', name: 'b', envname: 'B' }],
    });
    expect(environment['B']).toBe(expected);
  });
});

it('no shell sees the arguments', async () => {
  const command = ['printf', '%s|', '$HOME', '`id`', '; exit 1', '*', ''];
  const destination = await open('', { command });
  expect(textOf(await destination.send(messageOf(1), patience()))).toBe('$HOME|`id`|; exit 1|*||');
});

describe('its end', () => {
  it.each([
    ['exit 0', { ok: true, status: 0 }],
    [
      'echo out; echo err >&2; exit 1',
      {
        ok: false,
        code: 'exit-code',
        status: 1,
        problem: 'The command ended with exit code 1. See its output for why.',
      },
    ],
    [
      'exit 75',
      {
        ok: false,
        code: 'exit-code',
        status: 75,
        throttles: true,
        problem: 'The command ended with exit code 75: it wants to be run later. See its output for why.',
      },
    ],
    [
      'kill -SEGV $$',
      {
        ok: false,
        code: 'killed',
        problem:
          'The command was ended by SIGSEGV. See its output, whether it crashed, and whether the system had run out of memory.',
      },
    ],
  ])('%s', async (script, expected) => {
    const { answer, ...result } = await (await open(script)).send(messageOf(1), patience());
    expect(result).toEqual(expected);
    expect(Buffer.from(answer ?? []).toString()).toBe(script.startsWith('echo') ? 'out\nerr\n' : '');
  });

  it('of its output the first 4 KB are kept, standard output first', async () => {
    const result = await (await open('printf err >&2; head -c 4094 /dev/zero')).send(
      messageOf(1),
      patience(),
    );
    expect(textOf(result)).toBe(`${'\0'.repeat(4094)}er`);
  });

  it('a body that it does not read is no failure', async () => {
    const body = new Uint8Array(4_000_000);
    for (const script of ['exit 0', 'exec 0<&-; sleep 0.05', 'head -c 1 > /dev/null']) {
      expect(await (await open(script)).send(messageOf(1, { body }), patience())).toMatchObject({ ok: true });
    }
  });

  it('what it leaves running in the background does not hold it up, and is left', async () => {
    const directory = temporary();
    const script = '(trap "" HUP; while [ ! -e end ]; do sleep 0.02; done; echo bye > bye) & echo started';
    const destination = await open(script, { directory });
    const result = await destination.send(messageOf(1), patience());
    expect([result.ok, textOf(result)]).toEqual([true, 'started\n']);
    await destination.close();
    writeFileSync(join(directory, 'end'), '');
    await until('it ends by itself', () => existsSync(join(directory, 'bye')));
  });
});

/** Whether a process has ended, collected by its parent or not. */
function isGone(pid: string): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

describe('one that is stopped', () => {
  const TRAPPING = 'trap "echo got TERM; exit 0" TERM; echo ready > ready; while :; do sleep 0.02; done';

  async function stopped(script: string, more: Partial<CommandDestinationOptions> = {}) {
    const directory = temporary();
    const destination = await open(script, { directory, ...more });
    const stop = new AbortController();
    const sending = destination.send(messageOf(1), stop.signal);
    await until('it is ready', () => existsSync(join(directory, 'ready')));
    stop.abort(new DOMException('late', 'TimeoutError'));
    return { directory, destination, result: await sending };
  }

  it('may tidy up, and is a time-out whatever its exit code', async () => {
    const { result } = await stopped(TRAPPING);
    expect({ ...result, answer: textOf(result).split('\n')[0] }).toEqual({
      ok: false,
      code: 'timeout',
      throttles: true,
      answer: 'got TERM',
      problem:
        'The command did not end in time, and was stopped with all that it had started. Make it faster, have it hand its work on, or give the destination more time.',
    });
  });

  it('is killed where it does not end', async () => {
    const { result } = await stopped('trap "" TERM; echo > ready; while :; do sleep 0.02; done', {
      killAfterMs: 50,
    });
    expect(result).toMatchObject({ code: 'timeout' });
  });

  it.each([
    ['what ends by SIGTERM', ''],
    ['what ignores it', 'trap "" TERM; '],
  ])('takes with it what it has started: %s', async (_, trap) => {
    const script = `(${trap}while :; do sleep 0.01; done) & echo $! > pid; echo > ready; wait`;
    const { directory, destination } = await stopped(script, { killAfterMs: 50 });
    const pid = readFileSync(join(directory, 'pid'), 'utf8').trim();
    await until('what it started ends', () => isGone(pid));
    await destination.close();
  });

  it('takes it with it at once where the destination closes', async () => {
    const script = '(trap "" TERM; while :; do sleep 0.01; done) & echo $! > pid; echo > ready; wait';
    const { directory, destination } = await stopped(script, { killAfterMs: 1_000_000 });
    await destination.close();
    const pid = readFileSync(join(directory, 'pid'), 'utf8').trim();
    await until('what it started ends', () => isGone(pid));
  });
});

describe('one that does not start', () => {
  it('is not there, or its directory is not', async () => {
    const missing = await open('', { command: ['/no/such'] });
    expect(await missing.send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'not-started',
      problem:
        '/no/such was not found, or the directory that it shall run in is not there. Write its whole path, and see whether both exist.',
    });
    const nowhere = await open('exit 0', { directory: '/no/such' });
    expect(await nowhere.send(messageOf(1), patience())).toMatchObject({ code: 'not-started' });
  });

  it('may not be run', async () => {
    const path = join(temporary(), 'text');
    writeFileSync(path, 'text');
    expect(await (await open('', { command: [path] })).send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'not-started',
      problem: `${path} may not be run. Give the gateway’s user the right to execute it, and to enter its directory.`,
    });
  });

  it('has more to take than the system lets it have', async () => {
    const environment = [{ name: 'BIG', value: 'x'.repeat(200_000) }];
    expect(await (await open('exit 0', { environment })).send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'not-started',
      ends: 'delivery',
      problem:
        'The command’s arguments and environment are longer than the system takes. Pass it less: the body stands on its standard input in any case.',
    });
  });

  it.each([
    [{ command: [] }, 'command: it names no program. Write the program and its arguments as a list.'],
    [
      { command: ['sh', 'a\0b'] },
      'command: it holds a NUL character. Leave it out: no argument can hold one.',
    ],
    [{ directory: '/a\0' }, 'directory: it holds a NUL character. Leave it out: no path can hold one.'],
    [
      { environment: ['A=B'] },
      'environment: no environment can hold "A=B". Use a name without =, and no NUL characters.',
    ],
    [
      { environment: [{ name: 'A', value: new Secret('a\0b') }] },
      'environment: no environment can hold "A". Use a name without =, and no NUL characters.',
    ],
  ])('%j is refused at the start', async (options, message) => {
    await expect(createCommandDestination({ command: ['sh'], ...options })).rejects.toMatchObject({
      message,
    });
  });
});

describe('the process that runs commands', () => {
  it('has none of the gateway’s environment', async () => {
    process.env['A_SECRET_OF_THE_GATEWAY'] = 'secret';
    onTestFinished(() => void delete process.env['A_SECRET_OF_THE_GATEWAY']);
    const result = await (await open('cat /proc/$PPID/environ')).send(messageOf(1), patience());
    expect(result.ok).toBe(true);
    expect(textOf(result)).not.toMatch(/A_SECRET|[^_]PATH=|HOME=/);
  });

  it('is shared by those that are given it, and another takes its place where it ends', async () => {
    const host = openCommandHost();
    onTestFinished(() => host.close());
    const directory = temporary();
    const [first, second] = [await open('echo $PPID', { host }), await open('echo $PPID', { host })];
    const pids = [
      await first.send(messageOf(1), patience()),
      await second.send(messageOf(2), patience()),
    ].map(textOf);
    expect(new Set(pids).size).toBe(1);
    await first.close();
    // By the time that it is ready the gateway has been told of it.
    const hanging = await open('echo $$ > pid; sleep 0.3; echo > ready; exec sleep 1000', {
      host,
      directory,
    });
    const sending = hanging.send(messageOf(3), patience());
    await until('it runs', () => existsSync(join(directory, 'ready')));
    process.kill(Number(pids[0]), 'SIGKILL');
    expect(await sending).toEqual({
      ok: false,
      code: 'killed',
      throttles: true,
      problem:
        'The process that runs commands was ended, and the command with it. It is run again; see whether the system had run out of memory.',
    });
    const pid = readFileSync(join(directory, 'pid'), 'utf8').trim();
    await until('it is ended', () => isGone(pid));
    expect(textOf(await second.send(messageOf(4), patience()))).not.toBe(pids[0]);
  });

  it('ends what runs where the gateway is gone, so that nothing runs twice at once when it is back', async () => {
    const directory = temporary();
    const child = join(import.meta.dirname, 'sending-child.ts');
    const gateway = spawn(process.execPath, ['--conditions=countersign-source', child, directory], {
      stdio: 'ignore',
    });
    await until('the command runs', () => existsSync(join(directory, 'ready')));
    gateway.kill('SIGKILL');
    const pids = ['pid', 'host'].map((file) => readFileSync(join(directory, file), 'utf8').trim());
    await until('both are gone', () => pids.every(isGone));
  });
});
