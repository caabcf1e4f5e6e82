/** Values made to take long where a signature stands, and what findings quote of them: no hypothesis takes the square of their length. */
import { describe, expect, it } from 'vitest';
import { isTried } from '../../src/explain/hypothesis.ts';
import { explain } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { firstTrial } from '../../src/explain/trial.ts';
import { createGate, HeaderList } from '../../src/index.ts';
import { everyScheme } from '../support/every-scheme.ts';

const SIZE = 8000;
/** What is linear takes one or two; of the square of 8000 it is 18 and more. */
const MAX_MS = 10;
/** The process’s other threads collect garbage and compile meanwhile: now and then that is more than what is measured. */
const MAX_TRIES = 25;
const fill = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);

const PIECES = ['=', '/', ',', ' ', ';', 'a', 'sha256=', 'v1=a,', '"', 'eyJ', 'sig1=:a:,'];
const SCHEMES = ['github', 'standard-webhooks', 'every part', 'message signatures, ed25519'];

/** CPU time of this process, which others do not share, in milliseconds. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function leastMs(run: () => void | Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < MAX_TRIES && least > MAX_MS; i++) {
    const from = spentMs();
    await run();
    least = Math.min(least, spentMs() - from);
  }
  return least;
}

describe.each(SCHEMES)('a signature of %s', (name) => {
  const scheme = everyScheme.find((sample) => sample.name === name);

  it.each(PIECES)('that is many of %j', async (piece) => {
    if (scheme === undefined) throw new Error(`there is no scheme ${name}`);
    const gate = createGate(scheme.options);
    const genuine = await scheme.sign(Date.now());
    const proof = gate.proofHeaders[0] ?? '';
    const start = (genuine.headers.get(proof) ?? '').slice(0, 12);
    for (const value of [`${fill(piece)}x`, `${start}${fill(piece)}!`]) {
      const headers = HeaderList.from(
        [...genuine.headers].filter(([own]) => own.toLowerCase() !== proof),
      ).with(proof, value);
      const request = { ...genuine, headers };
      const trace = await gate.trace(request);
      const trial = firstTrial(gate, request, Date.now());
      for (const row of HYPOTHESES) {
        const ms = await leastMs(async () => {
          if (!isTried(row)) row.sees(trial, trace, {});
          else for await (const change of row.changes(trial)) if (change !== undefined) break;
        });
        expect(ms, row.id).toBeLessThanOrEqual(MAX_MS);
      }
    }
  });
});

describe('what a finding quotes', () => {
  const MAX_SENTENCE_CHARS = 900;

  it('is short, however long the token, and holds nothing that a terminal acts on', async () => {
    const gate = createGate({ provider: 'jwt-bearer', keys: ['a-secret-of-some-length-0123456789'] });
    const headers = { authorization: `Bearer [object ${'a'.repeat(7000)}]` };
    const { findings } = await explain({ method: 'POST', url: '/', headers, body: '' }, gate);
    expect(findings.map(({ id }) => id)).toContain('token-of-another-kind');
    for (const { sentence } of findings) expect(sentence.length).toBeLessThan(MAX_SENTENCE_CHARS);
  });

  it('is short, however long the host', async () => {
    const gate = createGate({
      scheme: { algorithm: 'hmac-sha256', message: '{host}{body}', signature: 'x-signature' },
      keys: ['a-secret-of-some-length-0123456789'],
    });
    const headers = { 'x-signature': 'ab'.repeat(32) };
    const url = `https://${'a'.repeat(4000)}/`;
    const { findings } = await explain({ method: 'POST', url, headers, body: '' }, gate);
    expect(findings.map(({ id }) => id)).toContain('place-host-internal');
    for (const { sentence } of findings) expect(sentence.length).toBeLessThan(MAX_SENTENCE_CHARS);
  });
});
