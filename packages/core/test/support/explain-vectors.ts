/** Reads the files of `vectors/explain`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExplainVector } from './explain-vector.ts';

export const EXPLAIN_VECTORS: string = join(import.meta.dirname, '../../../../vectors/explain');

export interface ExplainFile {
  readonly id: string;
  /** How the requests were made and signed. */
  readonly source: string;
  readonly cases: readonly ExplainVector[];
}

/** @param id the hypothesis’ */
export function readExplainFile(id: string): ExplainFile {
  return JSON.parse(readFileSync(join(EXPLAIN_VECTORS, `${id}.json`), 'utf8')) as ExplainFile;
}
