/** The vector files, and what their tests need to know of each: from the file and the provider’s own declaration. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createGate, findProvider, type Gate, optionRowsOf, writtenProvider } from '../../src/index.ts';
import type { CertificateOptions } from '../../src/schemes/certificate/certificate-options.ts';
import type { VectorFile } from '../../src/testing/index.ts';
import { otherKey } from './other-key.ts';

const folder = join(import.meta.dirname, '../../../../vectors');

export function readVectors(name: string): VectorFile {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

export interface VectorSuite {
  readonly file: string;
  readonly provider: string;
  /** Lower-case names of the headers that carry the proof; none where it is in the body. */
  readonly proofHeaders: readonly string[];
  readonly coversBody: boolean;
  /** Of a JSON body that is not covered as a whole: the members that are, and that which holds the proof. */
  readonly members: readonly string[];
  /** How old and how far ahead a request may be by the provider’s page, where it says so. */
  readonly tolerance: { readonly past: number; readonly future: number } | undefined;
  /** Another key of the same form. */
  readonly otherKey: string;
}

function suiteOf(file: string): VectorSuite {
  const { scheme, cases } = readVectors(file);
  const [first] = cases;
  const provider = first?.provider ?? scheme;
  const key = first?.secret ?? first?.publicKey ?? first?.certificatePem ?? '';
  const isFetched = first?.certificatePem !== undefined;
  const gate = createGate({
    provider: writtenProvider(provider, findProvider(provider)?.needs),
    ...(isFetched ? {} : { keys: [key] }),
    allowShortKey: true,
  });
  return {
    file,
    provider,
    proofHeaders: gate.proofHeaders,
    coversBody: gate.coverage.covered.includes('body'),
    members: signedMembers(gate),
    // A token’s own times bound it as well.
    tolerance: gate.scheme.proof === 'token' ? undefined : toleranceOf(provider),
    otherKey: otherKey(key),
  };
}

function signedMembers({ coverage, scheme }: Gate): readonly string[] {
  const signed = coverage.warnings.flatMap((warning) => ('members' in warning ? warning.members : []));
  return signed.length === 0 ? [] : [...signed, (scheme.declared.options as CertificateOptions).signature];
}

/** `300000`, or `{ past: 10000, future: 5000 }`. */
function toleranceOf(provider: string): VectorSuite['tolerance'] {
  const row = optionRowsOf(findProvider(provider)).find(({ name }) => name === 'toleranceMs');
  const [past, future = past] = (row?.default.match(/\d+/g) ?? []).map(Number);
  return past === undefined || future === undefined ? undefined : { past, future };
}

/** In the folder itself are also the RFCs’ own examples, which are of another form, and the form itself. */
const own = readdirSync(folder).filter((name) => /^(?!rfc|schema).*\.json$/.test(name));
const providers = readdirSync(join(folder, 'providers')).map((name) => `providers/${name}`);

export const SUITES: readonly VectorSuite[] = [...own, ...providers].map((path) =>
  suiteOf(join(path, '..', basename(path, '.json'))),
);
