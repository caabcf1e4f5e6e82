/** What is particular to deliveries to a file. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Destination } from '../../src/deliver/destination.ts';
import { createFileDestination } from '../../src/deliver/destinations/file.ts';
import { createFileTurns } from '../../src/deliver/file-turns.ts';
import { messageOf, patience } from '../../src/testing/destination-bench.ts';
import { linesOf } from './lines.ts';

interface Bench {
  readonly directory: string;
  readonly path: string;
  readonly destination: Destination;
}

async function open(name = 'events.jsonl'): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-file-'));
  const path = join(directory, name);
  const destination = await createFileDestination({ path });
  onTestFinished(async () => {
    await destination.close();
    rmSync(directory, { recursive: true });
  });
  return { directory, path, destination };
}

const OK = { ok: true };
const numbers = (path: string) =>
  linesOf(readFileSync(path)).map((body) => JSON.parse(Buffer.from(body).toString()).n);

it('a line is a JSON object of what an export shows, to the byte', async () => {
  const { path, destination } = await open();
  const headers = ['X-B', 'caf\xe9', 'x-a', '"1"', 'X-B', ''];
  const body = Uint8Array.of(0, 10, 255);
  expect(await destination.send(messageOf(7, { headers, body, method: 'PUT' }), patience())).toEqual(OK);
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({
    id: '01890000-0000-7000-8000-000000000007',
    gate: 'gate',
    receivedAtMs: 1_760_000_000_007,
    method: 'PUT',
    url: '/hook?n=7',
    headers: [
      ['X-B', 'caf\xe9'],
      ['x-a', '"1"'],
      ['X-B', ''],
    ],
    bodyBase64: 'AAr/',
    provider: 'hmac',
    keyId: 'main',
    destination: 'shop',
  });
});

it('a long body is written in slices, and is whole', async () => {
  const { path, destination } = await open();
  const body = Uint8Array.from({ length: 5_000_003 }, (_, i) => (i * 31) & 0xff);
  let turns = 0;
  const turn = (): void => {
    turns++;
    timer = setImmediate(turn);
  };
  let timer = setImmediate(turn);
  const results = await Promise.all([1, 2].map((n) => destination.send(messageOf(n, { body }), patience())));
  clearImmediate(timer);
  expect(results).toEqual([OK, OK]);
  expect(linesOf(readFileSync(path)).map((line) => Buffer.compare(line, body))).toEqual([0, 0]);
  expect(turns).toBeGreaterThan(10);
});

it('a file that is made is its owner’s to read; one that is there keeps its mode and its lines', async () => {
  const { path, destination } = await open();
  await destination.send(messageOf(1), patience());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o640);
  const second = await createFileDestination({ path });
  await second.send(messageOf(2), patience());
  await second.close();
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(numbers(path)).toEqual([1, 2]);
});

it('many at once share few writes', async () => {
  const { path, destination } = await open();
  const before = performance.now();
  const sends = Array.from({ length: 2_000 }, (_, n) => destination.send(messageOf(n), patience()));
  expect(new Set((await Promise.all(sends)).map(({ ok }) => ok))).toEqual(new Set([true]));
  // One by one, each with its fdatasync, they would take longer than this on most disks.
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(numbers(path)).toHaveLength(2_000);
});

describe('a last line that is not whole', () => {
  const WHOLE = '{"id":"a","bodyBase64":""}\n';
  it.each([
    ['begun', `${WHOLE}{"id":"b","bodyBase`, WHOLE],
    ['hardly begun', `${WHOLE}{"i`, WHOLE],
    ['the only one', '{"id":"b"', ''],
    ['long', `${WHOLE}{"id":"${'b'.repeat(200_000)}`, WHOLE],
    ['not written, though its room is there', `${WHOLE}\0\0\0\0`, WHOLE],
  ])('%s: is cut off', async (_, content, left) => {
    const { path, destination } = await open();
    writeFileSync(path, content);
    expect(await destination.send(messageOf(1), patience())).toEqual(OK);
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith(left)).toBe(true);
    expect(text.slice(left.length)).toMatch(/^\{"id":"01890000.*\}\n$/);
  });

  it('of another’s file is left, and nothing is written', async () => {
    const { path, destination } = await open();
    writeFileSync(path, 'root:x:0:0:root:/root:/bin/sh');
    expect(await destination.send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'not-written',
      problem: `The last line of ${path} is not whole, and not one of a delivery: the file belongs to something else. Name another, or end that line.`,
    });
    expect(readFileSync(path, 'utf8')).toBe('root:x:0:0:root:/root:/bin/sh');
    appendFileSync(path, '\n');
    expect(await destination.send(messageOf(1), patience())).toEqual(OK);
  });
});

describe('another program that rotates the file', () => {
  it('moves it away: a new one is begun', async () => {
    const { path, destination } = await open();
    await destination.send(messageOf(1), patience());
    renameSync(path, `${path}.1`);
    await destination.send(messageOf(2), patience());
    await destination.send(messageOf(3), patience());
    expect([numbers(`${path}.1`), numbers(path)]).toEqual([[1], [2, 3]]);
  });

  it('copies and empties it: lines go on at its beginning', async () => {
    const { path, destination } = await open();
    await destination.send(messageOf(1), patience());
    truncateSync(path);
    await destination.send(messageOf(2), patience());
    expect(numbers(path)).toEqual([2]);
  });

  it('puts another in its place: lines go there', async () => {
    const { path, destination } = await open();
    await destination.send(messageOf(1), patience());
    writeFileSync(`${path}.new`, '');
    renameSync(`${path}.new`, path);
    await destination.send(messageOf(2), patience());
    expect(numbers(path)).toEqual([2]);
  });
});

describe('two destinations have one file', () => {
  const names: readonly (readonly [string, (path: string, directory: string) => string])[] = [
    ['by one path', (path) => path],
    ['by another way to it', (_, directory) => `${join(directory, 'sub')}/../events.jsonl`],
    [
      'by a symbolic link',
      (path, directory) => {
        symlinkSync(path, join(directory, 'link'));
        return join(directory, 'link');
      },
    ],
    [
      'by a hard link',
      (path, directory) => {
        linkSync(path, join(directory, 'hard'));
        return join(directory, 'hard');
      },
    ],
  ];
  it.each(names)('%s: each line is whole', async (_, name) => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-file-'));
    mkdirSync(join(directory, 'sub'));
    const path = join(directory, 'events.jsonl');
    writeFileSync(path, '');
    const turns = createFileTurns();
    const paths = [path, name(path, directory)];
    const destinations = await Promise.all(paths.map((one) => createFileDestination({ path: one, turns })));
    onTestFinished(async () => {
      await Promise.all(destinations.map((destination) => destination.close()));
      rmSync(directory, { recursive: true });
    });
    // Several writes each batch.
    const body = Buffer.from(JSON.stringify({ filling: 'x'.repeat(700_000) }));
    const sends = destinations.flatMap((destination) =>
      Array.from({ length: 12 }, (_unused, n) => destination.send(messageOf(n, { body }), patience())),
    );
    expect(await Promise.all(sends)).toEqual(sends.map(() => OK));
    expect(linesOf(readFileSync(path)).map((line) => Buffer.compare(line, body))).toEqual(sends.map(() => 0));
  });

  it('what one left that is not whole, the other cuts off', async () => {
    const { path, destination } = await open();
    await destination.send(messageOf(1), patience());
    appendFileSync(path, '{"id":"b","bodyBase');
    await destination.send(messageOf(2), patience());
    expect(numbers(path)).toEqual([1, 2]);
  });
});

const NO_FILE = 'is no file but a directory, a pipe or a device. Name a file for the lines of deliveries.';

it.each([
  ['a directory', (path: string) => mkdirSync(path)],
  ['a pipe', (path: string) => void spawnSync('mkfifo', [path])],
  ['a device', (path: string) => symlinkSync('/dev/null', path)],
])('%s is no file: nothing is written, and nothing hangs', async (_, make) => {
  const { path, destination } = await open();
  make(path);
  expect(await destination.send(messageOf(1), patience())).toMatchObject({
    code: 'not-written',
    problem: expect.stringContaining(NO_FILE),
  });
});

it('a directory that is not there: it goes on once it is', async () => {
  const { directory, path, destination } = await open('sub/events.jsonl');
  expect(await destination.send(messageOf(1), patience())).toEqual({
    ok: false,
    code: 'not-written',
    throttles: true,
    problem: `The directory of ${path} is not there. Make it.`,
  });
  mkdirSync(join(directory, 'sub'));
  expect(await destination.send(messageOf(1), patience())).toEqual(OK);
});

const CHILD = join(import.meta.dirname, 'full-disk-child.ts');

/** What a child process prints that sends to a file whose room ends. */
function childSays(commandIn: (directory: string) => readonly string[]): readonly unknown[] {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-full-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [program = '', ...args] = commandIn(directory);
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly unknown[];
}

const NODE = [process.execPath, '--conditions=countersign-source', CHILD];

it('a file at the limit of its size: what does not fit is not in it, and what fits later is', () => {
  // 16 blocks of 512 bytes.
  const said = childSays((directory) => [
    'sh',
    '-c',
    'ulimit -f 16; exec "$@"',
    'sh',
    ...NODE,
    'limit',
    directory,
  ]);
  expect(said).toEqual([
    {
      code: 'not-written',
      throttles: true,
      problem: expect.stringMatching(/^There is no room for .*\(EFBIG\)/),
    },
    { ok: true, isWhole: true },
  ]);
});

const MOUNT = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

it.skipIf(!canMount)(
  `a disk that is full: what does not fit is not in it, and goes on once there is room${canMount ? '' : ' (skipped: no mount in a namespace of its own here)'}`,
  () => {
    const said = childSays((directory) => [
      'unshare',
      '-rm',
      'sh',
      '-c',
      MOUNT,
      directory,
      ...NODE,
      'disk',
      directory,
    ]);
    expect(said).toEqual([
      {
        code: 'not-written',
        throttles: true,
        problem: expect.stringMatching(
          /^There is no room for \S+ \(ENOSPC\)\. Free some on its disk, or raise the quota or limit: what was sent meanwhile follows by itself\.$/,
        ),
      },
      { ok: true, isWhole: true },
    ]);
  },
);

const canTrace = spawnSync('strace', ['-V']).status === 0;
if (!canTrace && process.env['CI'] !== undefined)
  throw new Error('strace is missing. Install it: apt-get install strace');

it.skipIf(!canTrace)(
  `nothing is delivered before the fdatasync that covers it${canTrace ? '' : ' (skipped: strace is not installed)'}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-trace-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const trace = join(directory, 'trace');
    const child = join(import.meta.dirname, 'tracing-child.ts');
    const { status, stderr } = spawnSync(
      'strace',
      [
        '-f',
        '-o',
        trace,
        '-e',
        'trace=write,pwrite64,fdatasync',
        process.execPath,
        '--conditions=countersign-source',
        child,
        directory,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect([status, stderr]).toEqual([0, '']);
    const marks = readFileSync(trace, 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (/write(64)?\(\d+, "\{\\"id\\":/.test(line)) return ['line'];
        if (/fdatasync(\(\d+\)| resumed>\)) += 0/.test(line)) return ['synced'];
        return line.includes('delivered ') ? ['delivered'] : [];
      });
    expect(marks).toEqual(['line', 'synced', 'delivered', 'line', 'synced', 'delivered']);
  },
);
