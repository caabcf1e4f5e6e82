/** A gateway in a process of its own, which a test can kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { later, SECRET } from '../harness.ts';

export interface ChildGateway {
  readonly child: ChildProcess;
  /** Resolves with the line that has this text. */
  said(text: string): Promise<Record<string, unknown>>;
  /** Where it listens, once it does. */
  url(): Promise<string>;
  /** Its exit code or signal. */
  readonly ended: Promise<unknown>;
}

/** With which Node runs the sources. */
export const NODE_OPTIONS = ['--conditions=countersign-source', '--experimental-strip-types'];

export function startChild(dir: string, input: Partial<ConfigInput> = {}): ChildGateway {
  const config = {
    listen: { public: '127.0.0.1:0', admin: 'off' },
    store: 'sqlite:store.db',
    limits: { drainTimeout: '100ms' },
    gates: {
      gate: { path: '/a', provider: 'hmac', keys: [{ secret: SECRET }], respond: { status: 200 } },
      kept: { path: '/kept', provider: 'hmac', keys: [{ secret: SECRET }], keep: {} },
    },
    ...input,
  };
  const script = join(import.meta.dirname, 'gateway-child.ts');
  const child = spawn(process.execPath, [...NODE_OPTIONS, script, dir, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  later(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line));
    for (const look of waiting) look();
  });
  const said = (text: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find(({ msg }) => String(msg).includes(text));
        if (line !== undefined) resolve(line);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended without saying "${text}": ${JSON.stringify(lines)}`)));
    });
  return { child, said, url: async () => String((await said('listens'))['publicUrl']), ended };
}
