/** The report of every list of components that a gate may ask of message signatures, held against a sender that covers the least. */
import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import { createGate, type Gate, requestFrom, writtenProvider } from '../../src/index.ts';
import { changesOf, headerChangesOf } from '../support/captor.ts';
import { NOW, SECONDS } from '../tokens/mint.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';

const COMPONENTS = [
  '@method',
  '@scheme',
  '@authority',
  '@path',
  '@query',
  '@target-uri',
  '@request-target',
  'content-digest',
  'x-a',
  'host',
];

const lists = Array.from({ length: 2 ** COMPONENTS.length }, (_, bits) =>
  COMPONENTS.filter((__, place) => (bits & (1 << place)) !== 0),
);

/** What says the same as a component in other words, and nothing more. */
const IN_OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  '@target-uri': ['@authority', '@path', '@query'],
  '@request-target': ['@path', '@query'],
};

const leastOf = (list: readonly string[]): readonly string[] => [
  ...new Set(list.flatMap((name) => IN_OTHER_WORDS[name] ?? [name])),
];

const gateOf = (components: readonly string[]): Gate =>
  createGate({
    provider: writtenProvider('http-message-signatures', {
      components: components.length === 0 ? 'none' : components,
    }),
    keys: [KEY],
    now: () => NOW,
  });

const draft = {
  method: 'POST',
  url: 'https://api.example/orders?page=1',
  headers: { host: 'api.example', 'content-type': 'application/json', 'x-a': 'a1' },
  body: '{"total":12}',
};

it(`${lists.length} lists`, async () => {
  const tried = { proved: 0, open: 0 };
  for (const list of someOf(lists, 5)) {
    const gate = gateOf(list);
    const request = await gateOf(leastOf(list)).sign(draft);
    const accepts = async (changed: typeof request): Promise<boolean> => (await gate.verify(changed)).ok;
    expect(await accepts(request), list.join()).toBe(true);
    const { covered, open, headers } = gate.coverage;
    for (const part of covered) {
      for (const { how, request: changed } of changesOf(part, request, {})) {
        tried.proved++;
        if (await accepts(changed)) expect.fail(`${list}: ${how}, and ${part} is proved`);
      }
    }
    for (const part of open) {
      for (const { how, isPlain, request: changed } of changesOf(part, request, {})) {
        if (!isPlain) continue;
        tried.open++;
        if (!(await accepts(changed))) expect.fail(`${list}: ${how}, and ${part} is open`);
      }
    }
    for (const { how, request: changed } of headerChangesOf(request, 'x-a')) {
      expect(await accepts(changed), `${list}: ${how}`).toBe(!headers.includes('x-a'));
    }
  }
  expect(tried.proved).toBeGreaterThan(500);
  expect(tried.open).toBeGreaterThan(500);
});

it('a digest that nobody checks proves no body', async () => {
  const digest = (algorithm: string, body: string): string =>
    `:${createHash(algorithm).update(body).digest('base64')}:`;
  const parameters = `("@method" "content-digest";key="md5");created=${SECONDS}`;
  const base = [
    '"@method": POST',
    `"content-digest";key="md5": ${digest('md5', '{}')}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const signature = createHmac('sha256', KEY).update(base).digest('base64');
  const requestOf = (body: string) =>
    requestFrom({
      method: 'POST',
      url: 'https://api.example/',
      headers: {
        'content-digest': `md5=${digest('md5', '{}')}, sha-256=${digest('sha256', body)}`,
        'signature-input': `s=${parameters}`,
        signature: `s=:${signature}:`,
      },
      body,
    });
  const gate = gateOf(['@method', 'content-digest;key="md5"']);
  for (const body of ['{}', '{"forged":1}']) {
    expect(await gate.verify(await requestOf(body)), body).toMatchObject({ ok: true });
  }
  expect(gate.coverage.open).toContain('body');
  expect(gateOf(['content-digest;key="sha-512"']).coverage.covered).toContain('body');
});
