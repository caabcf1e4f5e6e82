/** Every vector, and what is derived from the accepted ones: the same verdict on every runtime. */
import { createGate, type SignedRequest, type Verdict } from '@countersign/core';
import { deriveNegatives, gateOptionsOf, requestOf, type VectorCase } from '@countersign/core/testing';
import type { Collecting } from './collect.ts';
import type { MacCase, VectorFileData } from './suite-data.ts';
import { bytesOf } from './written-request.ts';

interface Change {
  readonly request?: SignedRequest;
  readonly nowMs?: number;
  readonly secret?: string;
}

async function judge(file: VectorFileData, vector: VectorCase, change: Change = {}): Promise<Verdict> {
  const { secret, nowMs = vector.now * 1000, request = requestOf(vector) } = change;
  const changed = secret === undefined ? vector : { ...vector, secret };
  return await createGate({ ...gateOptionsOf(file, changed), now: () => nowMs }).verify(request);
}

/** `accepted`, or why not and where. */
function wordsOf(verdict: Verdict): string {
  return verdict.ok ? 'accepted' : `${verdict.reason} at ${verdict.step}`;
}

function expectWords(actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`);
}

export function declareVectors({ it }: Collecting, files: readonly VectorFileData[]): void {
  for (const file of files) {
    for (const vector of file.cases) {
      const title = `${file.path}: ${vector.name ?? vector.id}`;
      const { expect: expected, reason, step } = vector;
      it(title, async () => {
        const verdict = await judge(file, vector);
        if (expected === 'accept') expectWords(wordsOf(verdict), 'accepted');
        else if (step === undefined) expectWords(verdict.ok ? 'accepted' : verdict.reason, String(reason));
        else expectWords(wordsOf(verdict), `${reason} at ${step}`);
      });
      if (expected === 'accept' && file.derived !== undefined) declareDerived(it, file, vector, title);
    }
  }
}

function declareDerived(it: Collecting['it'], file: VectorFileData, vector: VectorCase, title: string): void {
  const { derived } = file;
  if (derived === undefined) return;
  // Where a header carries signatures of other keys or labels as well, a change in those refuses nothing.
  if (!/rotation|v0-and-v1/.test(vector.id ?? '')) {
    for (const { name, request, reasons } of deriveNegatives(vector, derived)) {
      it(`${title}: ${name}`, async () => {
        const verdict = await judge(file, vector, { request });
        if (verdict.ok) throw new Error('it was accepted');
        if (reasons && !reasons.includes(verdict.reason)) throw new Error(`the reason is ${verdict.reason}`);
      });
    }
  }
  it(`${title}: another key`, async () => {
    const verdict = await judge(file, vector, { secret: derived.otherKey });
    expectWords(verdict.ok ? 'accepted' : verdict.reason, 'signature-mismatch');
  });
  const { toleranceMs } = derived;
  if (toleranceMs === undefined) return;
  it(`${title}: the oldest and the most advanced clock, and not one millisecond more`, async () => {
    const first = await judge(file, vector);
    const timestampMs = (first.ok && first.timestampMs) || 0;
    const at = async (nowMs: number): Promise<string> => {
      const verdict = await judge(file, vector, { nowMs });
      return verdict.ok ? 'accepted' : verdict.reason;
    };
    expectWords(await at(timestampMs + toleranceMs.past), 'accepted');
    expectWords(await at(timestampMs + toleranceMs.past + 1), 'expired');
    expectWords(await at(timestampMs - toleranceMs.future), 'accepted');
    expectWords(await at(timestampMs - toleranceMs.future - 1), 'from-the-future');
  });
}

export function declareMacs({ it }: Collecting, macs: readonly MacCase[]): void {
  for (const { title, algorithm, keyBase64, dataBase64, macHex } of macs) {
    const gate = () =>
      createGate({
        scheme: { algorithm, signature: 'x-signature', message: '{body}' },
        keys: [{ secret: bytesOf(keyBase64) }],
        allowShortKey: true,
      });
    const draft = { method: 'POST', url: 'https://gate.example/', body: bytesOf(dataBase64) };
    it(title, async () => {
      const signed = await gate().sign(draft);
      expectWords(signed.headers.get('x-signature') ?? 'nothing', macHex);
      expectWords(wordsOf(await gate().verify(signed)), 'accepted');
    });
  }
}
