/**
 * Each hypothesis has a file of its own in `vectors/explain`: requests with that mistake, which no code of ours made or signed. Its finding must come first,
 * and what it says must hold no secret.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  type KeySpec,
  type Refused,
  type RequestParts,
  type SignedRequest,
} from '../../src/index.ts';

const FOLDER = join(import.meta.dirname, '../../../../vectors/explain');

interface ExplainVector {
  readonly name: string;
  /** `provider` or `scheme`, as `createGate` takes it. */
  readonly gate: Pick<GateOptions, 'provider' | 'scheme'>;
  /** The receiver’s. */
  readonly keys: readonly (string | KeySpec)[];
  /** What the address of the receiver’s keys answers, where they are fetched. */
  readonly keySet?: object;
  /** Unix seconds. */
  readonly now: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
    /** What a trusted proxy says. */
    readonly forwarded?: SignedRequest['forwarded'];
  };
  /** What became of the same request before, where this one is refused for that alone. */
  readonly earlier?: 'committed' | 'in-flight';
  /** What of its sentence depends on the request. */
  readonly says?: string;
}

interface ExplainFile {
  readonly id: string;
  /** How the requests were made and signed. */
  readonly source: string;
  readonly cases: readonly ExplainVector[];
}

const read = (name: string): ExplainFile =>
  JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as ExplainFile;

it('every hypothesis has a file, named after it, and each file is of one', () => {
  const ids = HYPOTHESES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(readdirSync(FOLDER).sort()).toEqual(ids.map((id) => `${id}.json`).sort());
});

describe.each(HYPOTHESES.filter(({ id }) => existsSync(join(FOLDER, `${id}.json`))))('$id', ({ id }) => {
  const file = read(`${id}.json`);

  it('names itself, and how its requests were made', () => {
    expect(file).toMatchObject({ id, source: expect.stringMatching(/\w/) });
    expect(file.cases.length).toBeGreaterThan(0);
  });

  it.each(file.cases)('comes first: $name', async (vector) => {
    const { gate: choice, keys, keySet, now, request, says, earlier } = vector;
    const { bodyBase64, ...head } = request;
    const source = { ...head, body: Buffer.from(bodyBase64, 'base64') };
    const gate = createGate({
      ...choice,
      keys,
      now: () => now * 1000,
      allowShortKey: true,
      ...(keySet && { fetch: () => Promise.resolve(Response.json(keySet)) }),
    });
    const refused = earlier && (await repeated(source, gate, earlier));
    const { verdict, findings } = await explain(source, gate, {
      budgetMs: 10_000,
      ...(refused && { refused }),
    });
    expect(verdict.ok).toBe(false);
    expect(findings.map((finding) => finding.id)).toEqual([
      id,
      ...findings.slice(1).map((finding) => finding.id),
    ]);
    const text = JSON.stringify(findings);
    if (says !== undefined) expect(text).toContain(says);
    for (const key of keys) {
      const secret = typeof key === 'string' ? key : key.secret;
      if (typeof secret === 'string' && secret.length >= 8) expect(text).not.toContain(secret);
    }
  });
});

/** How the request is refused that comes a second time, while the first is on its way or after it. */
async function repeated(
  source: RequestParts,
  gate: Gate,
  earlier: 'committed' | 'in-flight',
): Promise<Refused> {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const first = gate.receive(source, async () => {
    if (earlier === 'in-flight') await ended;
    return done();
  });
  if (earlier === 'committed') await first;
  const second = await gate.receive(source, () => done());
  end();
  await first;
  if (second.kind !== 'refused') throw new Error('the second is no repeat');
  return second.verdict;
}
