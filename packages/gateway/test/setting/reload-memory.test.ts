/** What a reload replaces is let go: a gateway that is reloaded for years holds no more. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { temporaryDir } from '../harness.ts';

const TIMES = between(200, 400);

it('a gateway holds as much after hundreds of reloads as after forty', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=countersign-source',
    join(import.meta.dirname, 'reloaded-child.ts'),
    temporaryDir(),
    String(TIMES),
  ]);
  const { before, after } = JSON.parse(stdout) as { readonly before: number; readonly after: number };
  // A gate with what belongs to it is some 100 KB. Some 12 KB a reload are code that V8 compiles, and drops when it is short of memory.
  expect((after - before) / TIMES).toBeLessThan(30_000);
}, 120_000);
