/** Prevents: the advice to declare a message that no declared scheme has, or that is not what the sender signed. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { createGate, type RequestParts, writtenScheme } from '../../src/index.ts';
import { type ExplainVector, explainVector } from '../support/explain-vector.ts';
import { readExplainFile } from '../support/explain-vectors.ts';

const ADVICE = /declare a scheme with message: "(.*)"\.$/;

/** Of a scheme that is declared; a provider’s is none that can be written otherwise. */
const vectors = HYPOTHESES.filter(({ part, id }) => part === 'message' && id.startsWith('message-'))
  .flatMap(({ id }) =>
    readExplainFile(id).cases.map((vector) => ({ ...vector, title: `${id}: ${vector.name}` })),
  )
  .filter(({ gate }) => gate.scheme !== undefined);

function advisedMessage(mend: string | undefined): string | undefined {
  const [, written] = ADVICE.exec(mend ?? '') ?? [];
  return written === undefined ? undefined : JSON.parse(`"${written}"`);
}

/** Without a timestamp where that is signed no longer. */
function declared({ gate: { scheme } }: ExplainVector, message: string): ReturnType<typeof writtenScheme> {
  const { timestamp, ...rest } = scheme as unknown as Record<string, unknown>;
  const isTimed = timestamp !== undefined && message.includes('{timestamp}');
  return writtenScheme({ ...rest, message, ...(isTimed && { timestamp }) });
}

describe('a message that is advised', () => {
  it.each(vectors)('proves the request where it is declared: $title', async (vector) => {
    const { findings } = await explainVector(vector);
    const message = advisedMessage(findings[0]?.mend);
    if (message === undefined) return expect(findings[0]?.mend).not.toContain('with message: ');
    const { bodyBase64, ...head } = vector.request;
    const gate = createGate({
      scheme: declared(vector, message),
      keys: vector.keys,
      now: () => vector.now * 1000,
      allowShortKey: true,
    });
    const verdict = await gate.verify({ ...head, body: Buffer.from(bodyBase64, 'base64') });
    expect({ message, verdict }).toMatchObject({ verdict: { ok: true } });
  });

  const SECRET = 'the-shared-secret-of-this-gate';
  const scheme = writtenScheme({
    algorithm: 'hmac-sha256',
    message: '{url}{body}',
    signature: { header: 'x-signature', encoding: 'hex' },
  });

  function signed(url: string, text: string): RequestParts {
    const signature = createHmac('sha256', SECRET).update(text).digest('hex');
    return { method: 'POST', url, headers: [['X-Signature', signature]], body: '{}' };
  }

  it.each([
    ['https://hooks.example/in', '/in{}', '{path}{body}'],
    ['https://hooks.example/in?a=1', '/in?a=1{}', '{path}?{query}{body}'],
    ['https://hooks.example/in', 'hooks.example/in{}', '{host}{path}{body}'],
    ['https://hooks.example/in', 'https://hooks.example{}', undefined],
  ])('of %s, where %j is signed, is %s', async (url, text, message) => {
    const gate = createGate({ scheme, keys: [SECRET] });
    // More than the default, which a busy machine may take for the first of them.
    const { findings } = await explain(signed(url, text), gate, { budgetMs: 10_000 });
    expect(findings[0]?.id).toMatch(/^message-(?:path|host)-for-url$/);
    expect(advisedMessage(findings[0]?.mend)).toBe(message);
  });
});
