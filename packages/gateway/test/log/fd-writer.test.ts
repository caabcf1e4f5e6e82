/** Writing to a pipe that nobody reads. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFdWriter, withoutBlocking } from '../../src/log/fd-writer.ts';
import { temporaryDir } from '../harness.ts';

/** A named pipe of which both ends are open. */
function openPipe(): { readonly reader: number; readonly writer: number } {
  const path = join(temporaryDir(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(reader);
    closeSync(writer);
  });
  return { reader, writer };
}

const isLinux = process.platform === 'linux';
const reason = isLinux ? '' : ' (skipped: only Linux opens a pipe anew by its number)';

it.runIf(isLinux)(`gives up after its time, and holds no thread${reason}`, async () => {
  const { writer } = openPipe();
  const fd = withoutBlocking(writer, () => {});
  onTestFinished(() => closeSync(fd));
  const lost: number[] = [];
  const log = createFdWriter(fd, (_error, lines) => lost.push(lines));
  log.write(`${'x'.repeat(1_000_000)}\n`);
  log.write('later\n');
  await log.settled(20);
  // A write that was under way then says so itself.
  await expect.poll(() => lost.reduce((sum, lines) => sum + lines, 0)).toBe(2);
  // What is lost is lost: nothing is tried again, and nothing waits.
  const startMs = performance.now();
  await log.settled(60_000);
  expect(performance.now() - startMs).toBeLessThan(1_000);
  expect(lost.reduce((sum, lines) => sum + lines, 0)).toBe(2);
});

it.runIf(isLinux)(`writes all where somebody reads, however late${reason}`, async () => {
  const { reader, writer } = openPipe();
  const fd = withoutBlocking(writer, () => {});
  onTestFinished(() => closeSync(fd));
  const log = createFdWriter(fd, () => {});
  log.write('x'.repeat(1_000_000));
  const settled = log.settled(60_000);
  const piece = Buffer.alloc(65_536);
  let count = 0;
  const reading = setInterval(() => {
    try {
      count += readSync(reader, piece);
    } catch {
      // Nothing is there yet.
    }
  }, 1);
  onTestFinished(() => clearInterval(reading));
  await settled;
  while (count < 1_000_000) await new Promise((resolve) => setImmediate(resolve));
  expect(count).toBe(1_000_000);
});

it('reopens a pipe; leaves any other descriptor as it is', () => {
  const fd = openSync('/dev/null', 'w');
  onTestFinished(() => closeSync(fd));
  expect(withoutBlocking(fd, () => {})).toBe(fd);
});
