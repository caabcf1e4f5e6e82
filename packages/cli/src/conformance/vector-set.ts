/** Reads a set of test vectors: files, or folders of them. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { isToken } from '@countersign/core/internal/token';
import { requestOf, type VectorCase, type VectorFile } from '@countersign/core/testing';
import { readInputFile } from '../input-file.ts';
import { UsageError } from '../usage-error.ts';

/** One case, and what its file says of it. */
export interface SetCase {
  /** As it was given, for people. */
  readonly path: string;
  readonly file: Pick<VectorFile, 'scheme' | 'declaration'>;
  /** The provider, or the declared scheme’s name. */
  readonly provider: string;
  readonly vector: VectorCase;
}

export const VECTOR_FORM =
  'Its form is described in docs/conformance.md and, as a JSON Schema, in vectors/schema.json.';

/** Every case of the paths, in the order of the files’ names. @throws UsageError where one cannot be read or is no set */
export function readVectorSet(paths: readonly string[], cwd: string): readonly SetCase[] {
  const files = paths.flatMap((path) => filesAt(path, cwd));
  if (files.length === 0)
    throw new UsageError(
      paths.length === 0 ? 'there are no vectors' : `there are no vectors in ${paths.join(', ')}`,
      `Give a file of them, or a folder: vectors/. ${VECTOR_FORM}`,
    );
  return files.flatMap((path) => casesOf(path, cwd));
}

/** Walks folders; a JSON file in one that is no vector set is passed over. */
function filesAt(path: string, cwd: string): readonly string[] {
  const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return [path];
  return readdirSync(resolve(cwd, path), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesAt(inner, cwd);
      return entry.name.endsWith('.json') && isSet(inner, cwd) ? [inner] : [];
    });
}

function isSet(path: string, cwd: string): boolean {
  const file = readJson(path, cwd);
  return isObject(file) && 'scheme' in file && 'cases' in file;
}

function casesOf(path: string, cwd: string): readonly SetCase[] {
  const file = readJson(path, cwd);
  if (!isObject(file) || typeof file['scheme'] !== 'string' || !Array.isArray(file['cases'])) {
    throw new UsageError(`${path} is not a set of test vectors: it has no scheme or no cases`, VECTOR_FORM);
  }
  const { scheme, declaration, cases } = file as unknown as VectorFile;
  return cases.map((vector, at) => {
    const fault = faultOf(vector);
    if (fault !== undefined)
      throw new UsageError(
        `${path} has a case that is not a test vector, number ${at + 1}: ${fault}`,
        VECTOR_FORM,
      );
    const provider = vector.provider ?? scheme;
    return { path, file: { scheme, ...(declaration && { declaration }) }, provider, vector };
  });
}

function faultOf(vector: unknown): string | undefined {
  if (!isObject(vector)) return 'it is not an object';
  for (const name of ['method', 'url', 'bodyBase64']) {
    if (typeof vector[name] !== 'string') return `its ${name} is not a string`;
  }
  if (!isObject(vector['headers'])) return 'its headers are not an object';
  const now = vector['now'];
  if (typeof now !== 'number' || !Number.isSafeInteger(Math.trunc(now * 1000)))
    return 'its now is not a number of seconds';
  const request = requestFault(vector as unknown as VectorCase);
  if (request !== undefined) return request;
  const expected = vector['expect'];
  return expected === 'accept' || expected === 'reject'
    ? undefined
    : 'its expect is neither accept nor reject';
}

/** What can be no request on any wire proves nothing by being refused. */
function requestFault(vector: VectorCase): string | undefined {
  if (!isToken(vector.method)) return 'its method is not an HTTP method';
  try {
    const { headers } = requestOf(vector);
    for (const [name] of headers) if (!isToken(name)) return 'the name of a header is not valid';
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error.problem;
    throw error;
  }
}

function readJson(path: string, cwd: string): unknown {
  const text = new TextDecoder().decode(readInputFile(path, cwd));
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} cannot be read as JSON: is it cut short?`, VECTOR_FORM);
  }
}
