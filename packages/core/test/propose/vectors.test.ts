/** Prevents: a sender whose test vector is here and whose requests `init --from-curl` does not tell. Each proposal takes the sender’s other requests of the same key. */
import { describe, expect, it } from 'vitest';
import { createGate, requestFrom, type SignedRequest } from '../../src/index.ts';
import { type Proposal, proposeSchemes } from '../../src/propose/index.ts';
import { findProvider, writtenScheme } from '../../src/providers/registry.ts';
import type { VectorFile } from '../../src/testing/index.ts';
import { readVectors, SUITES } from '../support/vector-files.ts';

type Vector = VectorFile['cases'][number];

/** What is signed by a secret, and not a token; the generic provider’s requests are a scheme’s. */
const suites = SUITES.map(({ file, provider }) => ({
  file,
  provider: findProvider(provider),
  cases: readVectors(file).cases.filter(
    // A request that names its key is taken by a key of that id alone, which no secret shows.
    ({ expect: verdict, secret, keyId }) =>
      verdict === 'accept' && typeof secret === 'string' && keyId === undefined,
  ),
})).filter(({ provider, cases }) => cases.length > 0 && provider?.proof === 'signature' && !provider.needs);

const requestOf = ({ method, url, headers, bodyBase64 }: Vector): SignedRequest =>
  requestFrom({ method, url, headers, body: Buffer.from(bodyBase64 ?? '', 'base64') });

async function takes({ provider, scheme, key }: Proposal, vector: Vector): Promise<boolean> {
  const secret = (vector.secret ?? '').slice(key.prefix?.length ?? 0);
  const gate = createGate({
    ...(provider !== undefined ? { provider } : { scheme: writtenScheme(scheme ?? {}) }),
    keys: [{ secret, ...(key.encoding !== undefined && { encoding: key.encoding }) }],
    allowShortKey: true,
    now: () => vector.now * 1000,
  });
  return (await gate.verify(requestOf(vector))).ok;
}

describe.each(suites)('of $file', ({ cases }) => {
  it('one request proposes what takes the others', async () => {
    const first = cases[0] as Vector;
    const { proposals } = await proposeSchemes({
      examples: [{ request: requestOf(first) }],
      secret: first.secret ?? '',
      nowMs: first.now * 1000,
    });
    const [proposal] = proposals;
    expect(proposal).toBeDefined();
    const alike = cases.filter(
      ({ secret, options }) =>
        secret === first.secret && JSON.stringify(options) === JSON.stringify(first.options),
    );
    for (const vector of alike) expect(proposal && (await takes(proposal, vector)), vector.name).toBe(true);
  });
});
