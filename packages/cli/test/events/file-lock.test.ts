/** A lock is one process's, and nobody's once that process has ended. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFile } from '../../src/events/file-lock.ts';
import { newFolder } from '../support.ts';

it('is held until it is released', () => {
  const path = join(newFolder(), 'a.lock');
  // Of the process that started this one, which runs.
  writeFileSync(path, String(process.ppid));
  expect(lockFile(path)).toEqual({ owner: process.ppid });
  expect(readFileSync(path, 'utf8')).toBe(String(process.ppid));
});

it.each<[whose: string, text: () => string]>([
  ['a process that has ended', () => String(spawnSync(process.execPath, ['-e', '']).pid)],
  ['one that was killed before it had written its id', () => ''],
  ['nobody', () => 'no id'],
  ['a process of this id, before a restart of the machine or the container', () => String(process.pid)],
])('is taken over from %s', (_, text) => {
  const path = join(newFolder(), 'a.lock');
  writeFileSync(path, text());
  const { release } = lockFile(path);
  expect(readFileSync(path, 'utf8')).toBe(String(process.pid));
  release?.();
  expect(existsSync(path)).toBe(false);
});
