/** A kept event is judged again as at the time when it came, by the keys that there are now. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProvider, writtenProvider } from '@countersign/core';
import { expect, it } from 'vitest';
import { otherKey } from '../../../core/test/support/other-key.ts';
import type { GateConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { judgeKept } from '../../src/gates/judge-kept.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { createHeaderVault } from '../../src/sealed/withheld-headers.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';

interface Vector {
  readonly id?: string;
  readonly provider?: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly bodyBase64?: string;
  readonly secret?: string;
  readonly publicKey?: string;
  readonly keyId?: string;
  readonly now: number;
  readonly expect: string;
  readonly options?: unknown;
}

const FOLDER = join(import.meta.dirname, '../../../../vectors/providers');

/** The first genuine request of each provider. */
const GENUINE = readdirSync(FOLDER).flatMap((name) => {
  const { scheme, cases } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
    readonly scheme: string;
    readonly cases: readonly Vector[];
  };
  // Of those whose keys are known by ids a configuration of its own is tried elsewhere.
  const vector = cases.find(
    (vector) => vector.expect === 'accept' && vector.options === undefined && vector.keyId === undefined,
  );
  return vector === undefined ? [] : [{ provider: vector.provider ?? scheme, vector }];
});

function gateOf(provider: string, keys: readonly string[]): GateConfig {
  const { config } = parseConfig(
    {
      store: ':memory:',
      gates: {
        g: {
          path: '/*',
          methods: 'all',
          provider: writtenProvider(provider, findProvider(provider)?.needs),
          keys: keys.map((secret) => ({ secret })),
          allowShortKey: true,
          keep: {},
        },
      },
    },
    { baseDir: '/', env: {} },
  );
  const [gate] = config.gates;
  if (gate === undefined) throw new Error('there is one gate');
  return gate;
}

const SEALER = createSealer(new Uint8Array(32).fill(7));

it('there are vectors of a dozen providers', () => {
  expect(GENUINE.length).toBeGreaterThanOrEqual(10);
});

it.each(GENUINE)(
  '$provider: taken again by its key, and by that key added since; by no other',
  async ({ provider, vector }) => {
    const key = vector.secret ?? vector.publicKey ?? '';
    const store = await openStore(':memory:');
    later(() => store.close());
    const pairs = Array.isArray(vector.headers) ? vector.headers : Object.entries(vector.headers);
    const flat = (pairs as readonly (readonly [string, string])[]).flat();
    // As a gate keeps it: what is secret is sealed.
    const vault = createHeaderVault(['authorization'], SEALER);
    await store.events.keep({
      id: 'event-1',
      gate: 'g',
      provider,
      keyId: 'key-1',
      receivedMs: vector.now * 1_000,
      method: vector.method,
      url: vector.url,
      body: Buffer.from(vector.bodyBase64 ?? '', 'base64'),
      ...vault.withhold('event-1', flat),
    });
    const event = await store.events.get('event-1');
    if (event === undefined) throw new Error('it was kept');
    const parts = { sealer: SEALER };
    const judged = async (keys: readonly string[]) => judgeKept(event, gateOf(provider, keys), parts);
    expect(await judged([key])).toMatchObject({ kind: 'judged', verdict: { ok: true } });
    // A key set brings ids of its own, which the other one has as well.
    const added = provider === 'firebase-app-check' ? [key] : [otherKey(key), key];
    expect(await judged(added)).toMatchObject({ kind: 'judged', verdict: { ok: true } });
    expect(await judged([otherKey(key)])).toMatchObject({ kind: 'judged', verdict: { ok: false } });
    if (event.withheld !== undefined)
      expect(await judgeKept(event, gateOf(provider, [key]), { sealer: undefined })).toEqual({
        kind: 'headers-sealed',
      });
    const digest = { sha256: '00', bodyBytes: 1 };
    expect(await judgeKept({ ...event, hashed: digest }, gateOf(provider, [key]), parts)).toEqual({
      kind: 'body-not-kept',
    });
    expect(
      await judgeKept({ ...event, erased: { ...digest, erasedMs: 1 } }, gateOf(provider, [key]), parts),
    ).toEqual({
      kind: 'body-not-kept',
    });
  },
);
