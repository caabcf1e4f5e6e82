/** Verifiers in Python, written from the senders' documents: one process, asked by lines of JSON. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Question {
  readonly scheme: string;
  readonly key: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

export interface Python {
  accepts(question: Question): Promise<boolean>;
  close(): void;
}

/** Undefined where there is no Python 3. */
export async function startPython(): Promise<Python | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const child: ChildProcessWithoutNullStreams = spawn('python3', [
    '-u',
    join(import.meta.dirname, 'documents.py'),
  ]);
  child.stderr.pipe(process.stderr);
  await once(child, 'spawn');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async accepts(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('Python has ended');
      return (JSON.parse(value as string) as { readonly accepted: boolean }).accepted;
    },
    close: () => child.stdin.end(),
  };
}
