/** What one runtime signs, every other takes: here what Node signed; what is signed here goes back to be judged there. */
import { createGate } from '@countersign/core';
import { gateOptionsOf } from '@countersign/core/testing';
import type { Collecting } from './collect.ts';
import type { SigningCase, WrittenRequest } from './suite-data.ts';
import { bytesOf, readRequest, writeRequest } from './written-request.ts';

export function draftOf({ vector }: Pick<SigningCase, 'vector'>) {
  const { method, url, bodyBase64, headers } = vector;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return {
    method,
    // A declared scheme's vectors name paths.
    url: new URL(url, 'https://gate.example').href,
    headers: typeof type === 'string' ? { 'content-type': type } : {},
    body: bytesOf(bodyBase64),
  };
}

export function declareSigning(
  { it }: Collecting,
  cases: readonly SigningCase[],
  signed: Record<string, WrittenRequest>,
): void {
  for (const signing of cases) {
    const { title, file, vector, byNode } = signing;
    it(`${title}: what Node signed`, async () => {
      const verdict = await createGate(gateOptionsOf(file, vector)).verify(readRequest(byNode));
      if (!verdict.ok) throw new Error(`${verdict.reason}: ${verdict.message}`);
    });
    it(`${title}: what is signed here`, async () => {
      const gate = createGate(gateOptionsOf(file, vector));
      const request = await gate.sign(draftOf(signing));
      const verdict = await gate.verify(request);
      if (!verdict.ok) throw new Error(`${verdict.reason}: ${verdict.message}`);
      signed[title] = writeRequest(request);
    });
  }
}
