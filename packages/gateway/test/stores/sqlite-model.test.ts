import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import type { Claim } from '../../src/stores/claim-store.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/stores/store.ts';

const NOW = 1_760_000_000_000;

interface Ends {
  readonly untilMs: number;
  readonly freshUntilMs: number;
}

interface Held extends Ends {
  readonly repeatOf?: string;
}

interface Kept {
  readonly untilMs: number;
  /** Of the record; -1 while the batch that wrote it is on its way. */
  version: number;
}

/** One call of the store: `n` names the claim or the record, `ms` is its life, `freshMs` that of a claim’s freshness at most. */
interface Asked {
  readonly kind: 'keep' | 'duplicate' | 'remember' | 'release' | 'give-up' | 'put' | 'stale-put';
  readonly n: number;
  readonly ms: number;
  readonly freshMs: number;
}

function endsOf({ ms, freshMs }: Asked, nowMs: number): Ends {
  return { untilMs: nowMs + ms, freshUntilMs: nowMs + Math.min(ms, freshMs) };
}

function latest(one: Ends, other: Ends): Ends {
  return {
    untilMs: Math.max(one.untilMs, other.untilMs),
    freshUntilMs: Math.max(one.freshUntilMs, other.freshUntilMs),
  };
}

/** What a store is: two maps, changed in the order in which it is asked. */
class Model {
  nowMs: number = NOW;
  readonly #held = new Map<number, Held>();
  readonly #kept = new Map<number, Kept>();

  #live<Entry extends { readonly untilMs: number }>(map: Map<number, Entry>, n: number): Entry | undefined {
    const entry = map.get(n);
    return entry !== undefined && entry.untilMs > this.nowMs ? entry : undefined;
  }

  /** The version that a reader finds; 0 where there is no record. */
  versionOf(n: number): number {
    return this.#live(this.#kept, n)?.version ?? 0;
  }

  /** What the store has to answer. A record that is written answers `true`. */
  answer(one: Asked, id: string, readVersion: number): unknown {
    const { kind, n } = one;
    const ends = endsOf(one, this.nowMs);
    const { untilMs } = ends;
    const live = this.#live(this.#held, n);
    switch (kind) {
      case 'put':
      case 'stale-put':
        if (this.versionOf(n) !== readVersion) return undefined;
        this.#kept.set(n, { untilMs, version: -1 });
        return true;
      case 'remember':
        this.#held.set(n, live ? { ...live, ...latest(live, ends) } : ends);
        return undefined;
      case 'give-up':
        if (live === undefined || live.freshUntilMs > this.nowMs) return false;
        this.#held.delete(n);
        return true;
      case 'release':
        this.#held.delete(n);
        return live !== undefined;
      default:
        if (live !== undefined) return { kept: false, ...(live.repeatOf && { repeatOf: live.repeatOf }) };
        if (kind === 'duplicate') return 'duplicate-event';
        this.#held.set(n, { ...ends, repeatOf: id });
        return { kept: true };
    }
  }

  written(n: number, version: number): void {
    const entry = this.#kept.get(n);
    if (entry !== undefined) entry.version = version;
  }

  claims(): ReadonlyMap<number, Ends> {
    const live = [...this.#held].filter(([, { untilMs }]) => untilMs > this.nowMs);
    return new Map(live.map(([n, { untilMs, freshUntilMs }]) => [n, { untilMs, freshUntilMs }]));
  }

  records(): ReadonlyMap<string, number> {
    const live = [...this.#kept].filter(([, { untilMs }]) => untilMs > this.nowMs);
    return new Map(live.map(([n, { version }]) => [`${n}`, version]));
  }
}

function claimOf(n: number, ends: Pick<Claim, 'untilMs' | 'freshUntilMs'>): Claim {
  return { gate: 'gate', identity: new Uint8Array(16).fill(n), ...ends };
}

function eventOf(id: string, claim: Claim): KeptEvent {
  return {
    id,
    gate: 'gate',
    provider: 'p',
    keyId: 'k',
    receivedMs: NOW,
    method: 'POST',
    url: '/',
    headers: [],
    body: new Uint8Array(3),
    claim,
  };
}

async function ask(store: Store, one: Asked, id: string, version: number, nowMs: number) {
  const { kind, n } = one;
  const ends = endsOf(one, nowMs);
  const { untilMs } = ends;
  const claim = claimOf(n, ends);
  switch (kind) {
    case 'put':
    case 'stale-put':
      return store.records.put({ space: 's', key: `${n}`, version, bytes: Uint8Array.of(n), untilMs });
    case 'remember':
      return store.claims.remember(claim);
    case 'release':
      return store.claims.release('gate', claim.identity);
    case 'give-up':
      return store.claims.giveUp('gate', claim.identity, nowMs);
    default:
      return store.events.keep(eventOf(id, claim));
  }
}

/** Asks for all of it at once, and compares the answers. */
async function askAndCompare(store: Store, model: Model, asked: readonly Asked[], newId: () => string) {
  const versions = asked.map(({ kind, n }) => (kind === 'stale-put' ? 1_000_000 : model.versionOf(n)));
  const answers: unknown[] = [];
  const results = asked.map(async (one, at): Promise<unknown> => {
    const id = one.kind === 'duplicate' ? 'taken' : newId();
    const version = versions[at] ?? 0;
    answers.push(model.answer(one, id, version));
    try {
      const result = await ask(store, one, id, version, model.nowMs);
      if (typeof result !== 'number') return result;
      model.written(one.n, result);
      return true;
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
  expect(await Promise.all(results)).toEqual(answers);
}

async function compareLists(store: Store, model: Model): Promise<void> {
  const claims = new Map<number, Ends>();
  for await (const { identity, untilMs, freshUntilMs = untilMs } of store.claims.list(model.nowMs))
    claims.set(identity[0] ?? -1, { untilMs, freshUntilMs });
  expect(claims).toEqual(model.claims());
  const records = new Map<string, number>();
  for await (const { key, version } of store.records.list('s')) records.set(key, version);
  expect(records).toEqual(model.records());
}

const KINDS: readonly Asked['kind'][] = [
  'keep',
  'keep',
  'keep',
  'remember',
  'duplicate',
  'release',
  'give-up',
  'give-up',
  'put',
  'put',
  'stale-put',
];
const asked: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom(...KINDS),
  n: fc.nat({ max: 12 }),
  ms: fc.nat({ max: 60 }),
  freshMs: fc.nat({ max: 60 }),
});
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ asked: fc.array(asked, { maxLength: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ tickMs: fc.nat({ max: 40 }) }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true }) },
);

it('a store answers as plain maps do: expiry, failing writes, reopening, whatever shares a transaction', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'countersign-model-'));
      const path = join(directory, 'store.db');
      const model = new Model();
      const open = (): Promise<Store> => openSqliteStore({ path, now: () => model.nowMs });
      let store = await open();
      let ids = 0;
      await store.events.keep(eventOf('taken', claimOf(255, { untilMs: NOW })));
      try {
        for (const one of steps) {
          if ('tickMs' in one) model.nowMs += one.tickMs;
          else if ('asked' in one) await askAndCompare(store, model, one.asked, () => `${ids++}`);
          else {
            await store.close();
            store = await open();
          }
          await compareLists(store, model);
        }
      } finally {
        await store.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: between(8, 25) },
  );
});
