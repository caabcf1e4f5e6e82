/** The lines of the corpus of broken requests, and the gate of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createGate,
  HeaderList,
  type KeySpec,
  type Verdict,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';

import { fetchPublished, type Published } from './published.ts';

export const CORPUS = join(import.meta.dirname, '../../../../vectors/explain-corpus');

export interface CorpusLine {
  readonly id: string;
  readonly provider?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly scheme?: Readonly<Record<string, unknown>>;
  readonly keys: readonly KeySpec[];
  /** Where keys are fetched: `keys` is empty. */
  readonly published?: Published;
  /** Unix seconds at the receiver. */
  readonly now: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
  };
  /** A slug; `forged`, or `none` for a genuine request. */
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
}

/** All lines as they were read: a test holds them to their form. */
export function readCorpus(folder = CORPUS): readonly CorpusLine[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as CorpusLine);
}

/** What the receiver's gate says, with its keys and at its time. */
export async function judgeLine({
  provider,
  options,
  scheme,
  keys,
  published,
  now,
  request,
}: CorpusLine): Promise<Verdict> {
  const gate = createGate({
    ...(scheme
      ? { scheme: writtenScheme(scheme) }
      : { provider: writtenProvider(provider ?? '', { ...options }) }),
    ...(published ? { fetch: fetchPublished(published) } : { keys }),
    now: () => now * 1000,
  });
  const { method, url, headers, bodyBase64 } = request;
  return await gate.verify({
    method,
    url,
    headers: HeaderList.from(headers),
    body: Buffer.from(bodyBase64, 'base64'),
  });
}
