/** Of a request without a header that its proof needs, the first finding that is no proof names that header: every scheme, every such header. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, HeaderList, type SignedRequest } from '../../src/index.ts';
import { everyScheme } from '../support/every-scheme.ts';

const NOW = Date.UTC(2026, 10, 26);

function without({ headers, ...request }: SignedRequest, names: readonly string[]): SignedRequest {
  const kept = [...headers].filter(([name]) => !names.includes(name.toLowerCase()));
  return {
    ...request,
    headers: HeaderList.from(kept.map(([name, value]): [string, string] => [name, value])),
  };
}

describe('a request without', () => {
  it.each(everyScheme)('a header that it needs: $name', async ({ options, sign }) => {
    const gate = createGate({ ...options, now: () => NOW });
    const genuine = await sign(NOW);
    const { proof, covered, bound } = gate.scheme.headers;
    const names = new Set([...proof, ...covered, ...bound].filter((name) => genuine.headers.count(name) > 0));
    for (const gone of [...[...names].map((name) => [name]), [...proof]]) {
      const { verdict, findings } = await explain(without(genuine, gone), gate, { budgetMs: 10_000 });
      if (verdict.ok) continue;
      const text = findings.map(({ sentence }) => sentence.toLowerCase()).join('\n');
      expect(text, `${gone}: ${verdict.message}`).toContain(gone[0]);
    }
  });

  it('Content-Digest, where a declared message covers it as any other header', async () => {
    const gate = createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature', encoding: 'hex' },
        message: '{header:content-digest}.{body}',
      },
      keys: ['the-shared-secret-of-this-gate'],
    });
    const { findings } = await explain(
      { method: 'POST', url: '/hooks', headers: [['X-Signature', 'ab'.repeat(32)]], body: '{}' },
      gate,
    );
    expect(findings[0]?.id).toBe('place-header-dropped');
    expect(findings[0]?.sentence).toContain('content-digest');
  });
});
