/** Of a forged request nothing is claimed: whoever explains it would otherwise send people after a mistake that nobody made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { explain } from '../../src/explain/index.ts';
import { createGate, HeaderList, type KeySpec, type SignedRequest } from '../../src/index.ts';
import { everyScheme, type SchemeSample } from '../support/every-scheme.ts';
import { otherKey } from '../support/other-key.ts';

const NOW_MS = 1_760_000_000_000;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The same text with other letters in its long runs (hex, base64), as many and of one kind. */
function otherLetters(text: string, random: () => number, least = 16): string {
  return text.replace(new RegExp(`[A-Za-z0-9+/_-]{${least},}`, 'g'), (run) => {
    const letters = /^[0-9a-f]+$/.test(run) ? LETTERS.slice(-10) : LETTERS;
    // Before padding the last letter has bits that must stay.
    const kept = text.endsWith('=') ? run.slice(-1) : '';
    const others = Array.from(run.slice(kept.length), () => letters[Math.floor(random() * letters.length)]);
    return others.join('') + kept;
  });
}

/** The request with proofs that nobody has made. */
function forged(request: SignedRequest, names: readonly string[], random: () => number): SignedRequest {
  const headers = [...request.headers].flatMap(([name, value]) => [
    name,
    // What a message signature covers stays as it was.
    names.includes(name.toLowerCase()) && !/input$/i.test(name) ? otherProof(value, random) : value,
  ]);
  const body = Buffer.from(request.body).toString('latin1');
  const isInBody = /sig(?:nature)?"?[:=]/i.test(body);
  return {
    ...request,
    url: otherLetters(request.url, random, 32),
    headers: new HeaderList(headers),
    ...(isInBody && { body: Buffer.from(otherLetters(body, random), 'latin1') }),
  };
}

/** Of a token its signature alone. */
function otherProof(value: string, random: () => number): string {
  const dot = /(?:^| )eyJ/.test(value) ? value.lastIndexOf('.') + 1 : 0;
  return value.slice(0, dot) + otherLetters(value.slice(dot), random, 10);
}

/** A body with another amount in it, or another last letter. */
function otherBody(body: Uint8Array, random: () => number): Uint8Array {
  const text = Buffer.from(body).toString('latin1');
  const other = text.replace(/\d+/, () => String(Math.floor(random() * 1e9)));
  return Buffer.from(
    other === text ? `${text}${LETTERS[Math.floor(random() * LETTERS.length)]}` : other,
    'latin1',
  );
}

/** The gate with other keys than those that signed. */
function withOtherKeys({ options }: SchemeSample): Parameters<typeof createGate>[0] {
  const keys = (options.keys as readonly (string | KeySpec)[]).map((key) =>
    typeof key === 'string' ? otherKey(key) : { ...key, secret: otherKey(String(key.secret)) },
  );
  return { ...options, keys, now: () => NOW_MS };
}

/** The same numbers for the same seed. */
const random = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const BUDGET_MS = 40;

/** What is so, whoever made the request: its Content-Digest is none of its body, say. */
const FACTS = ['message-signature-digest-of-another-body'];

describe('a forged request', () => {
  it('is explained by nothing, whatever its scheme', { timeout: 600_000 }, async () => {
    const claimed: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everyScheme),
        fc.constantFrom('letters', 'key', 'body'),
        fc.integer(),
        async (sample, way, seed) => {
          const genuine = await sample.sign(NOW_MS);
          const gate = createGate(
            way === 'key' ? withOtherKeys(sample) : { ...sample.options, now: () => NOW_MS },
          );
          const names = gate.scheme.headers.proof;
          const request =
            way === 'letters'
              ? forged(genuine, names, random(seed))
              : way === 'body'
                ? { ...genuine, body: otherBody(genuine.body, random(seed)) }
                : genuine;
          const { verdict, findings } = await explain(request, gate, { budgetMs: BUDGET_MS });
          // A body that no proof covers may be any.
          if (verdict.ok && way === 'body') return;
          if (verdict.ok) claimed.push(`${sample.name}, ${way}: taken`);
          for (const { id, certainty } of findings)
            if (certainty !== 'possible' && !FACTS.includes(id))
              claimed.push(`${sample.name}, ${way}: ${id}, ${certainty}`);
        },
      ),
      { numRuns: runs(2000), seed: 20_261_126 },
    );
    expect([...new Set(claimed)]).toEqual([]);
  });
});
