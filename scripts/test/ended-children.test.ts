/** What starts a program of another waits for none that has ended, and leaves nothing of one that did not start. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { timeFirstAnswer } from '../../bench/start/first-answer.ts';

/** Hangs up on the first who asks, answers the second, and is killed. */
const HANGS_UP = `
const { readFileSync } = require('node:fs');
const { createServer } = require('node:net');
const [, port] = /127\\.0\\.0\\.1:(\\d+)/.exec(readFileSync(process.argv.at(-1), 'utf8'));
let asked = 0;
createServer((socket) => {
  socket.on('error', () => {});
  if (asked++ === 0) return socket.resume().end();
  socket.write('HTTP/1.1 204 No Content\\r\\n\\r\\n');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
}).listen(Number(port), '127.0.0.1');
`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'countersign-children-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('a gateway that hangs up is asked again, and one that was killed is not waited for', async (test) => {
  if (process.platform !== 'linux') return test.skip('its times come from /proc');
  const tree = folder();
  mkdirSync(join(tree, 'packages/cli/bin'), { recursive: true });
  writeFileSync(join(tree, 'packages/cli/bin/countersign.js'), HANGS_UP);
  await expect(timeFirstAnswer(tree, folder(), 1_000)).rejects.toThrow(/ENOENT|no VmRSS/);
}, 60_000);

it('a proxy that does not start leaves no folder and no listener', async () => {
  const place = folder();
  const program = join(place, 'nginx');
  writeFileSync(program, '#!/bin/sh\nexit 1\n');
  chmodSync(program, 0o755);
  const temporary = folder();
  vi.stubEnv('PATH', `${place}:${process.env['PATH']}`);
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { startProxy } = await import('../../interop/system/proxies/programs.ts');
  const listeners = process.listenerCount('exit');
  await expect(startProxy('nginx', () => 9)).rejects.toThrow('nginx does not listen on');
  expect(readdirSync(temporary)).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listeners);
});
