/** What a trace proves, line by line: each way in which an answer can be too early is found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaults } from '../engine/fault.ts';
import { bytesOf, judgeTrace } from '../strace/judge-trace.ts';
import { readTrace } from '../strace/read-trace.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-trace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OPEN = [
  '7 openat(AT_FDCWD, "/tmp/x/store.db-wal", O_RDWR|O_CREAT|O_NOFOLLOW|O_CLOEXEC, 0600) = 22',
  '7 accept4(23, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK) = 25',
];
const ASK = '7 read(25, "POST /hooks/github?n=1&end HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n{}", 65536) = 50';
const HEAD =
  '7 pwrite64(22, "\\0\\0\\0\\2\\0\\0\\0\\0\\303L\\f\\f\\204\\32702\\242\\306\\247\\306\\17\\27a%", 24, 32) = 24';
const PAGE = '7 pwrite64(22, "\\r\\0\\0\\1POST/hooks/github?n=1&end\\0", 16384, 56) = 16384';
const COMMIT_HEAD =
  '7 pwrite64(22, "\\0\\0\\0\\6\\0\\0\\0\\17\\303L\\f\\f\\204\\32702/\\tV\\17O[\\210\\330", 24, 65664) = 24';
const COMMIT_PAGE = '7 pwrite64(22, "\\n\\0\\0\\1", 16384, 65688) = 16384';
const SYNC = '7 fsync(22)                         = 0';
const ANSWER = '7 write(25, "HTTP/1.1 200 OK\\r\\n\\r\\n{}", 21) = 21';

async function sentencesOf(
  lines: readonly string[],
  before: readonly number[] = [],
): Promise<readonly string[]> {
  const file = join(folder, 'trace');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const faults = createFaults();
  const { counts } = await judgeTrace(readTrace(file), { before: new Set(before), faults });
  expect(counts.answers).toBe(1);
  return faults.all.map(({ sentence }) => sentence.replace(/^.*: /, ''));
}

describe('an answer behind the fsync that covers its event', () => {
  it('is in order', async () => {
    expect(await sentencesOf([...OPEN, ASK, HEAD, PAGE, COMMIT_HEAD, COMMIT_PAGE, SYNC, ANSWER])).toEqual([]);
  });

  it('is in order where threads come between, and the answer is gathered', async () => {
    const lines = [
      ...OPEN,
      ASK,
      HEAD,
      PAGE,
      COMMIT_HEAD,
      COMMIT_PAGE,
      '7 fsync(22 <unfinished ...>',
      '9 read(30, "x", 1) = 1',
      '7 <... fsync resumed>)               = 0',
      '7 writev(25, [{iov_base="HTTP/1.1 200 OK\\r\\n", iov_len=17}, {iov_base="{}", iov_len=2}], 2) = 19',
    ];
    expect(await sentencesOf(lines)).toEqual([]);
  });

  it('is in order where an earlier process kept the event, and this one has synced the log', async () => {
    expect(await sentencesOf([...OPEN, SYNC, ASK, ANSWER], [1])).toEqual([]);
  });
});

describe('an answer that is early', () => {
  it('comes before anything was written', async () => {
    expect(await sentencesOf([...OPEN, SYNC, ASK, ANSWER])).toEqual(['nothing of it had been written']);
  });

  it('comes between the event’s frame and the one that commits it', async () => {
    expect(await sentencesOf([...OPEN, ASK, HEAD, PAGE, SYNC, ANSWER])).toEqual([
      'what was written of it had not been committed',
    ]);
  });

  it('comes before the fsync', async () => {
    expect(await sentencesOf([...OPEN, ASK, HEAD, PAGE, COMMIT_HEAD, COMMIT_PAGE, ANSWER, SYNC])).toEqual([
      'it was committed in line 7, and not synced',
    ]);
  });

  it.each([
    ['has not ended', ['9 fsync(22 <unfinished ...>', ANSWER, '9 <... fsync resumed>) = 0']],
    ['failed', ['7 fsync(22) = -1 EIO (Input/output error)', ANSWER]],
    ['is of another file', ['7 fsync(26)                         = 0', ANSWER]],
    ['never ended', [ANSWER, '7 fsync(22 <unfinished ...>']],
  ])('comes where the fsync %s', async (_, end) => {
    expect(await sentencesOf([...OPEN, ASK, HEAD, PAGE, COMMIT_HEAD, COMMIT_PAGE, ...end])).toEqual([
      'it was committed in line 7, and not synced',
    ]);
  });

  it('comes where the fsync began before the commit was written', async () => {
    const lines = [
      ...OPEN,
      ASK,
      HEAD,
      PAGE,
      '9 fsync(22 <unfinished ...>',
      COMMIT_HEAD,
      COMMIT_PAGE,
      '9 <... fsync resumed>) = 0',
      ANSWER,
    ];
    expect(await sentencesOf(lines)).toEqual(['it was committed in line 8, and not synced']);
  });

  it('acknowledges what an earlier process kept before the log is synced', async () => {
    expect(await sentencesOf([...OPEN, ASK, ANSWER, SYNC], [1])).toHaveLength(1);
  });
});

it('bytes are read as strace prints them', () => {
  expect(bytesOf('\\0\\17a\\n\\"\\\\\\303L7')).toEqual([0, 15, 97, 10, 34, 92, 0o303, 76, 55]);
});
