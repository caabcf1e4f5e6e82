/** A gateway in a process of its own, whose memory is measured. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';

export interface Measured {
  /** Bytes held by live objects and buffers. */
  readonly held: number;
  /** The most that the process ever held, garbage included. */
  readonly peak: number;
}

export interface MeasuredGateway {
  readonly port: number;
  /** Undefined where it has no admin listener. */
  readonly adminUrl: string | undefined;
  measure(): Promise<Measured>;
}

export async function startMeasured(
  input: Pick<ConfigInput, 'gates' | 'limits' | 'listen' | 'admin'>,
): Promise<MeasuredGateway> {
  const config = { listen: { public: '127.0.0.1:0', admin: 'off' }, store: 'memory:', ...input };
  const child = spawn(
    process.execPath,
    [
      '--conditions=countersign-source',
      '--experimental-strip-types',
      '--expose-gc',
      // Garbage is collected by the megabyte, so that the most that was held is not how far the young generation happened to grow.
      '--max-semi-space-size=1',
      join(import.meta.dirname, 'measured-child.ts'),
      JSON.stringify(config),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextWith = async <T>(member: string): Promise<T> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the gateway has ended');
      const line: unknown = JSON.parse(value);
      if (typeof line === 'object' && line !== null && member in line) return line as T;
    }
  };
  const { publicUrl, adminUrl } = await nextWith<{ publicUrl: string; adminUrl?: string }>('publicUrl');
  return {
    port: Number(new URL(publicUrl).port),
    adminUrl,
    measure() {
      child.stdin.write('\n');
      return nextWith<Measured>('held');
    },
  };
}
