/** A Redis for a gateway's claims, on the core of those who load it. Debian's package is redis-server. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Redis {
  readonly address: string;
  close(): Promise<void>;
}

export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** Keeps nothing on the disk. */
export async function startRedis(folder: string): Promise<Redis> {
  const socket = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('taskset', ['-c', '1', 'redis-server', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('eady to accept connections')) break;
  child.stdout.resume();
  return {
    address: `redis+unix://${socket}`,
    async close() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
