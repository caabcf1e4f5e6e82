/** A gateway in a process of its own with an upstream behind it, and what has become of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildFigures, ChildMessage, ParentMessage } from './messages.ts';
import { type RudeUpstream, startRudeUpstream } from './rude-upstream.ts';

export interface SoakedGateway {
  readonly publicPort: number;
  readonly adminPort: number;
  readonly upstream: RudeUpstream;
  /** What ended the process, or was said on standard error. Undefined: it lives, and has said nothing. */
  fault(): string | undefined;
  /** @throws Error where the process has ended. */
  figures(): Promise<ChildFigures>;
  /** Drains it. Resolves with how long that took, in ms. */
  drain(): Promise<number>;
  /** Ends what still runs. */
  close(): void;
}

/** @throws Error where the gateway does not start. */
export async function startSoakedGateway(secret: string): Promise<SoakedGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-soak-'));
  const upstream = await startRudeUpstream();
  const child = spawn(
    process.execPath,
    [
      '--conditions=countersign-source',
      '--expose-gc',
      join(import.meta.dirname, 'gateway-child.ts'),
      dir,
      upstream.url,
      secret,
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  const faults: string[] = [];
  let isDraining = false;
  child.stderr?.on('data', (text: Buffer) => {
    const line = text.toString();
    if (!/ExperimentalWarning|--trace-warnings/.test(line)) faults.push(line);
  });
  child.on('message', (message: ChildMessage) => {
    if (message.kind === 'uncaught') faults.push(message.text);
  });
  child.once('exit', (code, signal) => {
    if (!isDraining || code !== 0) faults.push(`the process ended with ${code ?? signal}`);
  });
  const close = (): void => {
    isDraining = true;
    child.kill('SIGKILL');
    upstream.close();
    rmSync(dir, { recursive: true, force: true });
  };
  const ready = heard(child, 'ready', faults);
  ready.catch(close);
  const { publicPort, adminPort } = await ready;
  const tell = (message: ParentMessage): void => void child.send(message);
  return {
    publicPort,
    adminPort,
    upstream,
    fault: () => (faults.length === 0 ? undefined : faults.join('\n')),
    async figures() {
      upstream.rest();
      const figures = heard(child, 'figures', faults);
      tell('figures');
      return (await figures).figures;
    },
    async drain() {
      isDraining = true;
      const startedMs = performance.now();
      const ended = once(child, 'exit');
      tell('drain');
      await ended;
      return performance.now() - startedMs;
    },
    close,
  };
}

/** The next message of a kind. @throws Error where the process ends before. */
function heard<Kind extends ChildMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
  faults: readonly string[],
): Promise<Extract<ChildMessage, { readonly kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => reject(new Error(`the gateway has ended: ${faults.join('\n')}`));
    const onMessage = (message: ChildMessage): void => {
      if (message.kind !== kind) return;
      child.off('exit', onEnd);
      child.off('message', onMessage);
      resolve(message as Extract<ChildMessage, { readonly kind: Kind }>);
    };
    child.on('message', onMessage);
    child.once('exit', onEnd);
  });
}
