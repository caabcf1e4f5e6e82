/** httpwg/structured-field-tests through `;sf` of a covered field (RFC 9421 §2.1.1): what we serialise decides the MAC. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteString, createGate, SetupError } from '@countersign/core';
import type { FileReport, Judged } from './report.ts';

interface Vector {
  readonly name: string;
  readonly raw: readonly string[];
  readonly header_type: 'item' | 'list' | 'dictionary';
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
  /** Absent: as `raw`. */
  readonly canonical?: readonly string[];
}

const SECRET = 'a secret of thirty-two characters';

/** Runs every file of the folder. @returns undefined where there is none. */
export async function runStructuredFields(folder: string): Promise<readonly FileReport[] | undefined> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const reports: FileReport[] = [];
  for (const file of files.sort()) {
    const vectors = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Vector[];
    if (!Array.isArray(vectors)) continue;
    const judged: Judged[] = [];
    for (const [i, vector] of vectors.entries()) {
      judged.push({
        id: String(i + 1),
        comment: vector.name,
        wanted: wantedOf(vector),
        ...(await judge(vector)),
      });
    }
    reports.push({ file, judged });
  }
  return reports.length > 0 ? reports : undefined;
}

function wantedOf({ must_fail, can_fail }: Vector): Judged['wanted'] {
  if (can_fail) return 'either';
  return must_fail ? 'refused' : 'accepted';
}

async function judge(vector: Vector): Promise<Pick<Judged, 'ours' | 'because'>> {
  const gate = createGate({
    scheme: {
      type: 'http-message-signatures',
      algorithm: 'hmac-sha256',
      components: ['x;sf'],
      required: 'none',
      structuredFields: { x: vector.header_type },
    },
    keys: [SECRET],
  });
  const value = (vector.canonical ?? vector.raw).join(', ');
  const parameters = '("x";sf)';
  const base = `"x";sf: ${value}\n"@signature-params": ${parameters}`;
  const mac = createHmac('sha256', SECRET).update(base, 'latin1').digest('base64');
  try {
    const verdict = await gate.verify({
      method: 'GET',
      url: 'https://shop.example/',
      headers: [
        ...vector.raw.map((line): [string, string] => ['x', byteString(line)]),
        ['signature-input', `s=${parameters}`],
        ['signature', `s=:${mac}:`],
      ],
      body: '',
    });
    if (verdict.ok) return { ours: 'accepted', because: '' };
    // A field that had to fail and was serialised all the same would show as a MAC that does not match.
    const isParsed = verdict.reason === 'signature-mismatch' && vector.must_fail === true;
    return { ours: isParsed ? 'accepted' : 'refused', because: `${verdict.reason}, ${verdict.message}` };
  } catch (error) {
    // HTTP has no such field value.
    if (!(error instanceof SetupError) || !error.option.startsWith('headers')) throw error;
    return { ours: 'refused', because: error.message };
  }
}
