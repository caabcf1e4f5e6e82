/** Of a request that is plainly forged nothing is claimed: every scheme, proofs of random bytes, bodies of all sorts. */
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { explain } from '../../src/explain/index.ts';
import { createGate, HeaderList, type SignedRequest } from '../../src/index.ts';
import { everyScheme } from '../support/every-scheme.ts';

/** Mulberry32: the same numbers at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BODIES: readonly ((random: () => number) => {
  readonly type: string;
  readonly body: string | Uint8Array;
})[] = [
  (random) => ({
    type: 'application/json',
    body: JSON.stringify({ id: `evt_${random()}`, n: random(), list: [{}, null] }),
  }),
  (random) => ({ type: 'application/json', body: `{"b": ${Math.floor(random() * 1e18)}, "a": "é/<>"}\n` }),
  (random) => ({ type: 'application/x-www-form-urlencoded', body: `a=${random()}&b=x+y&payload=%7B%7D` }),
  (random) => ({ type: 'text/plain', body: `Zoë wrote ${random()}\r\n` }),
  (random) => ({
    type: 'application/octet-stream',
    body: Uint8Array.from({ length: 200 }, () => random() * 256),
  }),
  () => ({ type: 'application/json', body: '' }),
  (random) => ({ type: 'application/json', body: Buffer.from(`{"x":${random()}}`).toString('base64') }),
];

/** The same letters of hex or base64, others in their place: the last byte keeps its spare bits. */
function scrambled(text: string, random: () => number): string {
  return text.replace(/[\da-f]{32,}|[\w+/-]{22,}/gi, (run) => {
    const letters = /^[\da-f]+$/.test(run)
      ? '0123456789abcdef'
      : 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from(run, (letter, i) =>
      i === run.length - 1 ? letter : letters[Math.floor(random() * letters.length)],
    ).join('');
  });
}

/** A token keeps what it says of itself; its signature is another. */
function forgedProof(value: string, random: () => number): string {
  const at = /^[^.]+\.[^.]+\.[^.]+$/.test(value) ? value.lastIndexOf('.') + 1 : 0;
  return value.slice(0, at) + scrambled(value.slice(at), random);
}

function forged(
  genuine: SignedRequest,
  proofHeaders: readonly string[],
  random: () => number,
): SignedRequest {
  const headers = [...genuine.headers].map(([name, value]): [string, string] => [
    name,
    proofHeaders.includes(name.toLowerCase()) && !/^\d+$/.test(value) ? forgedProof(value, random) : value,
  ]);
  const url = scrambled(genuine.url, random);
  const text = Buffer.from(genuine.body).toString();
  // Where the proof stands in the body, that stays and its proof is another.
  if (proofHeaders.length === 0)
    return { ...genuine, url, headers: HeaderList.from(headers), body: Buffer.from(scrambled(text, random)) };
  const { type, body } = (BODIES[Math.floor(random() * BODIES.length)] as (typeof BODIES)[0])(random);
  const others = headers.map(([name, value]): [string, string] => [
    name,
    name.toLowerCase() === 'content-type' ? type : value,
  ]);
  return { ...genuine, url, headers: HeaderList.from(others), body: Buffer.from(body) };
}

const NOW = Date.UTC(2026, 10, 26);
const EACH = Math.ceil(runs(2000) / everyScheme.length);

describe('a forged request', () => {
  it.each(everyScheme)(
    'is not explained: $name',
    async ({ options, sign }) => {
      const gate = createGate({ ...options, now: () => NOW });
      const random = seeded(20_261_126);
      const genuine = await sign(NOW);
      let refused = 0;
      for (let i = 0; i < EACH; i++) {
        const { verdict, findings } = await explain(forged(genuine, gate.proofHeaders, random), gate, {
          budgetMs: 100,
        });
        // A secret that is sent along is proved by nothing else: it may have stayed what it was.
        if (verdict.ok) continue;
        refused++;
        expect(findings.filter(({ certainty }) => certainty !== 'possible')).toEqual([]);
      }
      if (gate.scheme.readsBody) expect(refused).toBe(EACH);
    },
    120_000,
  );
});
