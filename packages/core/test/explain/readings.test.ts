/** Prevents: what one search read of a request is taken by the next, where another scheme, another body or another header stands. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, type Gate, HeaderList, type SignedRequest } from '../../src/index.ts';

const KEY = 'a-secret-of-some-length-0123456789';
const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
const github = createGate({ provider: 'github', keys: [KEY] });
const ofHead = createGate({
  scheme: {
    algorithm: 'hmac-sha256',
    message: '{method}.{path}',
    signature: { header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' },
  },
  keys: [KEY],
});

function request(body: string, signed: string): SignedRequest {
  return {
    method: 'POST',
    url: '/hook',
    headers: new HeaderList(['x-hub-signature-256', `sha256=${hmac(signed)}`]),
    body: new TextEncoder().encode(body),
  };
}

const COMPACT = '{"a":1,"b":[2,3]}';
const SPACED = '{"a": 1, "b": [2, 3]}';

async function firstFinding(source: SignedRequest, gate: Gate): Promise<string | undefined> {
  const { findings } = await explain(source, gate, { budgetMs: 10_000 });
  return findings[0]?.id;
}

it('explains a request the same, whichever gate it was explained beside before', async () => {
  const alone = await firstFinding(request(SPACED, COMPACT), github);
  const aloneOfHead = await firstFinding(request(SPACED, COMPACT), ofHead);
  expect(alone).toMatch(/^body-json-/);
  const headFirst = request(SPACED, COMPACT);
  expect(await firstFinding(headFirst, ofHead)).toBe(aloneOfHead);
  expect(await firstFinding(headFirst, github)).toBe(alone);
  const bodyFirst = request(SPACED, COMPACT);
  expect(await firstFinding(bodyFirst, github)).toBe(alone);
  expect(await firstFinding(bodyFirst, ofHead)).toBe(aloneOfHead);
});

it('reads a body anew that was written into the bytes of the one before', async () => {
  const source = request('{"c": 4, "d": [5, 6]}', COMPACT);
  expect(await firstFinding(source, github)).toBeUndefined();
  source.body.set(new TextEncoder().encode(SPACED));
  expect(await firstFinding(source, github)).toMatch(/^body-json-/);
});
