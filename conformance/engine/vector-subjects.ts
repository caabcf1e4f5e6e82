/** The subjects: every accepted case of every vector file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateOptionsOf, requestOf, type VectorCase, type VectorFile } from '@countersign/core/testing';
import type { Meaning } from './meaning.ts';
import type { Subject, Tolerance } from './model.ts';

const VECTORS = join(import.meta.dirname, '../../vectors');

interface File extends VectorFile {
  readonly meaning?: Meaning;
  readonly tolerance?: Tolerance;
}

/** In the order of their files’ names. rfc.json, whose vectors are no requests, has none. */
export function vectorSubjects(): readonly Subject[] {
  return ['', 'providers', 'schemes', 'profiles'].flatMap((folder) =>
    readdirSync(join(VECTORS, folder))
      .filter((name) => name.endsWith('.json') && !['rfc.json', 'schema.json'].includes(name))
      .toSorted()
      .flatMap((name) => subjectsOf(join(folder, name))),
  );
}

function subjectsOf(path: string): readonly Subject[] {
  const file: File = JSON.parse(readFileSync(join(VECTORS, path), 'utf8'));
  const accepted = file.cases.filter(({ expect }) => expect === 'accept');
  return accepted.map((vector) => subjectOf(file, vector, path.replace(/^.*\/|\.json$/g, '')));
}

function subjectOf(file: File, vector: VectorCase, name: string): Subject {
  const { now: _, ...options } = gateOptionsOf(file, vector);
  return {
    id: `${name}/${(vector.name ?? vector.id ?? '').replace(/^.*\//, '')}`,
    provider: vector.provider ?? file.scheme,
    options,
    request: requestOf(vector),
    nowMs: vector.now * 1000,
    meaning: file.meaning ?? {},
    tolerance: file.tolerance,
  };
}
