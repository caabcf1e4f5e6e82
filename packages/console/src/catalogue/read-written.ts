/** Options and schemes as people write them: YAML, of which JSON is a part. */
import { parse } from 'yaml';
import { CATALOGUE } from '../words/catalogue.ts';

/** Longer ones are nobody’s declaration. */
const MOST_CHARS = 64 * 1024;

export type Written = { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string };

/** An object; an empty text is an empty one. */
export function readWritten(text: string): Written {
  const { faults } = CATALOGUE.playground;
  if (text.trim() === '') return { value: {} };
  try {
    const value: unknown = parse(text.slice(0, MOST_CHARS));
    return isRecord(value) ? { value } : { problem: faults.object };
  } catch (error) {
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { problem: faults.yaml(what) };
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
