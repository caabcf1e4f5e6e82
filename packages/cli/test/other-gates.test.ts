/** A request that came to the wrong gate of a configuration, or with another gate's secret. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, run } from './support.ts';

const [A, B, C] = ['first', 'second', 'third'].map((name) => `the-${name}-secret-of-some-length`) as [
  string,
  string,
  string,
];
const to = 'respond: { status: 204 }';
const GATES = `gates:
  a: { path: /a, provider: github, keys: [{ secret: ${A} }], ${to} }
  b: { path: /b, provider: github, keys: [{ secret: ${B} }], ${to} }
  c: { path: /c, scheme: { algorithm: hmac-sha256, signature: { header: x-shopify-hmac-sha256, encoding: base64 }, message: "{body}", timestamp: none }, keys: [{ secret: ${C} }], ${to} }
`;
const BODY = '{"a":1}';

async function findingsOf(path: string, headers: object, more: readonly string[] = []) {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), GATES);
  writeFileSync(join(cwd, 'r.json'), JSON.stringify({ method: 'POST', url: path, headers, body: BODY }));
  const { out } = await run(['explain', 'r.json', '-c', 'countersign.yaml', '--json', ...more], { cwd });
  for (const secret of [A, B, C]) expect(out).not.toContain(secret);
  return (JSON.parse(out) as { findings: { id: string; certainty: string; sentence: string }[] }).findings;
}

const github = (secret: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`,
});
const shopify = { 'x-shopify-hmac-sha256': createHmac('sha256', C).update(BODY).digest('base64') };

it('a key of another gate that proves it is named by its gate', async () => {
  expect((await findingsOf('/a', github(B)))[0]).toMatchObject({
    id: 'key-of-other-gate',
    certainty: 'proved',
    sentence: 'The request is proved by a key of the gate b, and by none of this gate.',
  });
  // The gate’s own scheme, with a key of a gate of another.
  expect((await findingsOf('/a', github(C)))[0]?.sentence).toContain('a key of the gate c');
});

it('a request of another provider is one for that gate', async () => {
  expect((await findingsOf('/a', shopify))[0]).toMatchObject({
    id: 'place-other-gate',
    sentence: 'This is a request for the gate c, whose scheme and key prove it.',
  });
});

it('a mistake of its own gate that is proved comes first', async () => {
  const body = 'x-hub-signature-256';
  const reprinted = createHmac('sha256', A).update('{"a": 1}').digest('hex');
  const ids = (await findingsOf('/a', { [body]: `sha256=${reprinted}` })).map(({ id }) => id);
  expect(ids[0]).toMatch(/^body-/);
});

it('of what no gate’s key proves, and of what is proved, nothing is said', async () => {
  for (const secret of ['nobody-s-secret-of-some-length', A]) {
    const ids = (await findingsOf('/a', github(secret))).map(({ id }) => id);
    expect(ids).not.toContain('key-of-other-gate');
    expect(ids).not.toContain('place-other-gate');
  }
});
