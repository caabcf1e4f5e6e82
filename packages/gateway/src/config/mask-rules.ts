/** How much a mask may name: the store has the last one of each gate and session in one record. */
import { Buffer } from 'node:buffer';
import type { Finding } from './finding.ts';
import { isMapping, type ValuePath } from './value-path.ts';

/** Of both lists, written as JSON. A record has 64 KiB; the rest is for what stands around the lists. */
const MAX_BYTES = 65_000;

/** @param path of `keep` */
export function maskRules(path: ValuePath, keep: unknown): readonly Finding[] {
  const mask = isMapping(keep) ? keep['mask'] : undefined;
  if (!isMapping(mask)) return [];
  const { headers = [], members = [] } = mask;
  const bytes = Buffer.byteLength(JSON.stringify([headers, members]));
  if (bytes <= MAX_BYTES) return [];
  return [
    {
      path: [...path, 'mask'],
      problem: `is too long: its names take ${bytes.toLocaleString('en')} bytes`,
      expected: `at most ${MAX_BYTES.toLocaleString('en')} bytes; * stands for any member of a path`,
    },
  ];
}
