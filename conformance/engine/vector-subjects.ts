/** The subjects: every accepted case of every vector file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProvider, HeaderList, writtenProvider, writtenScheme } from '@countersign/core';
import type { Meaning } from './meaning.ts';
import type { Subject } from './model.ts';

const VECTORS = join(import.meta.dirname, '../../vectors');

interface File {
  readonly scheme: string;
  readonly declaration?: Readonly<Record<string, unknown>>;
  readonly meaning?: Meaning;
  readonly cases?: readonly Case[];
}

interface Case {
  readonly name?: string;
  readonly id?: string;
  readonly provider?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly binding?: string;
  readonly keyId?: string;
  readonly encoding?: 'base64';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bodyBase64: string;
  readonly secret?: string;
  readonly publicKey?: string;
  readonly otherSecrets?: readonly string[];
  readonly now: number;
  readonly expect: 'accept' | 'reject';
}

/** In the order of their files’ names. rfc.json, whose vectors are no requests, has none. */
export function vectorSubjects(): readonly Subject[] {
  return ['', 'providers', 'schemes'].flatMap((folder) =>
    readdirSync(join(VECTORS, folder))
      .filter((name) => name.endsWith('.json') && !['rfc.json', 'schema.json'].includes(name))
      .toSorted()
      .flatMap((name) => subjectsOf(join(folder, name))),
  );
}

function subjectsOf(path: string): readonly Subject[] {
  const file: File = JSON.parse(readFileSync(join(VECTORS, path), 'utf8'));
  const accepted = (file.cases ?? []).filter(({ expect }) => expect === 'accept');
  return accepted.map((vector) => subjectOf(file, vector, path.replace(/^.*\/|\.json$/g, '')));
}

function subjectOf({ scheme, declaration, meaning = {} }: File, vector: Case, file: string): Subject {
  const provider = vector.provider ?? scheme;
  const keys = [vector.secret ?? vector.publicKey ?? '', ...(vector.otherSecrets ?? [])];
  return {
    id: `${file}/${(vector.name ?? vector.id ?? '').replace(/^.*\//, '')}`,
    provider,
    options: {
      ...(declaration
        ? { scheme: writtenScheme(declaration) }
        : {
            provider: writtenProvider(provider, {
              ...findProvider(provider)?.needs,
              ...vector.options,
              ...(vector.binding && { binding: vector.binding }),
            }),
          }),
      keys: keys.map((secret) => ({
        secret,
        ...(vector.keyId && { id: vector.keyId }),
        ...(vector.encoding && { encoding: vector.encoding }),
      })),
      allowShortKey: true,
    },
    request: {
      method: vector.method,
      url: vector.url,
      headers: HeaderList.from(vector.headers),
      body: Buffer.from(vector.bodyBase64, 'base64'),
    },
    nowMs: vector.now * 1000,
    meaning,
  };
}
