/** A log that nobody reads holds up neither requests nor a stop, and takes no memory without end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { later, temporaryDir } from '../harness.ts';
import { NODE_OPTIONS } from '../stores/child-gateway.ts';

const SCRIPT = join(import.meta.dirname, 'unread-log-child.ts');
const MEBIBYTE = 1024 * 1024;

/** A named pipe of which both ends are open. */
function openPipe(): number {
  const path = join(temporaryDir(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  later(() => {
    closeSync(reader);
    closeSync(writer);
  });
  return writer;
}

/** Node's own pipes to a child are sockets. Both of them one: as `2>&1` makes it. */
const OUTPUTS: readonly (readonly [string, () => { out: number | 'pipe'; err: number | 'pipe' }])[] = [
  ['a pipe', () => ({ out: openPipe(), err: 'pipe' })],
  [
    'a pipe for both',
    () => {
      const pipe = openPipe();
      return { out: pipe, err: pipe };
    },
  ],
  ['a socket', () => ({ out: 'pipe', err: 'pipe' })],
];

async function toldBy(child: ChildProcess): Promise<Record<string, number>> {
  return (await once(child, 'message'))[0] as Record<string, number>;
}

const canLook = process.platform === 'linux';
const reason = canLook ? '' : ' (skipped: memory and pipes are looked at as on Linux)';

for (const format of isLong ? ['json', 'pretty'] : ['pretty']) {
  it.runIf(canLook).each(isLong ? OUTPUTS : OUTPUTS.slice(-1))(
    `${format}, to %s that is not read: it goes on, and stops within two seconds${reason}`,
    async (_, outputs) => {
      const { out, err } = outputs();
      const child = spawn(process.execPath, [...NODE_OPTIONS, SCRIPT, format], {
        stdio: ['ignore', out, err, 'ipc'],
      });
      later(() => void child.kill('SIGKILL'));
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'exit');
      const { longestMs, tookBytes, flushMs } = await toldBy(child);
      const stoppedMs = performance.now();
      expect(longestMs).toBeLessThan(1_000);
      expect(flushMs).toBeLessThan(2_500);
      expect(tookBytes).toBeLessThan(128 * MEBIBYTE);
      expect(await ended).toEqual([0, null]);
      expect(performance.now() - stoppedMs).toBeLessThan(2_000);
      if (err !== 'pipe') return;
      expect(said).toContain('the log cannot be written (it is not read as fast as it is written)');
      const lost = Number(/(\d+) lines of the log were lost\./.exec(said)?.[1]);
      expect(lost).toBeGreaterThan(30_000);
      expect(lost).toBeLessThanOrEqual(65_536);
    },
  );
}
