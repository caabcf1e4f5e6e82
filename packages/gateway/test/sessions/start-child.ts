/** Starts a gateway with an Incode session in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { later } from '../harness.ts';
import { STORE_KEY } from './support.ts';

export interface SessionChild {
  readonly child: ChildProcess;
  readonly url: string;
  /** Grows with its output. */
  readonly log: readonly string[];
}

/** @param aheadMs of its clock */
export async function startChild(dir: string, session: object, aheadMs = 0): Promise<SessionChild> {
  const child = spawn(
    process.execPath,
    [
      '--conditions',
      'countersign-source',
      join(import.meta.dirname, 'sessions-child.ts'),
      dir,
      JSON.stringify(session),
      STORE_KEY,
      String(aheadMs),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  later(() => void child.kill('SIGKILL'));
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the gateway has ended')));
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      const { publicUrl } = JSON.parse(line);
      if (publicUrl !== undefined) resolve(publicUrl);
    });
  });
  return { child, url, log };
}
