/** `serve --workers 2` as its own processes, and a sender that signs by hand. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { PROGRAM } from '../support.ts';

export const SECRET = 'a secret of more than sixteen bytes';

export interface Serving {
  readonly child: ChildProcess;
  /** What it has written so far. */
  said(): string;
  /** Resolves once it listens, also for operators. */
  listens(): Promise<{ readonly url: string; readonly admin: string }>;
}

/** @param configuration as YAML */
export function serveWorkers(configuration: string): Serving {
  const cwd = mkdtempSync(join(tmpdir(), 'countersign-workers-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'countersign.yaml'), configuration);
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--workers', '2'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += String(piece)));
  return {
    child,
    said: () => text,
    async listens() {
      await expect.poll(() => text, { timeout: 120_000 }).toMatch(/admin .*http:\S+/);
      const urls = [...text.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url);
      return { url: urls[0] ?? '', admin: urls.find((url) => url !== urls[0]) ?? '' };
    },
  };
}

/** Posts it as GitHub would. @param agent false: on a connection of its own @returns the status, or what became of the connection */
export function post(url: string, body: string, agent: Agent | false = false): Promise<string> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { 'x-hub-signature-256': `sha256=${signature}`, 'content-length': Buffer.byteLength(body) },
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', (error) => resolve(error.message));
    });
    sent.on('error', (error) => resolve(error.message));
    sent.end(body);
  });
}
