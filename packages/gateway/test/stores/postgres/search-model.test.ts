/** Searches in a real PostgreSQL against those in SQLite, over events of many days, whose times and ids are not in one order. */
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import type { EventSearch } from '../../../src/stores/event-search.ts';
import type { KeptEvent } from '../../../src/stores/event-store.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import type { Store } from '../../../src/stores/store.ts';
import { foundIds } from '../../../src/testing/event-search-contract.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { NOW } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresSearch } from '../../support/postgres-search.ts';

const EVENTS = 120;
const DAY = 86_400_000;
const GATES = ['gate', 'other'];
const TYPES = ['push', 'pull', 'long '.repeat(2_000)];
const WORDS = ['Amber', 'birch', 'CEDAR', 'Éclair', 'straße', 'ΣΊΣΥΦΟΣ', 'x'.repeat(3_000)];

const wordText = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 });

const storedEvent = fc
  .record({
    gate: fc.constantFrom(...GATES),
    type: fc.option(fc.constantFrom(...TYPES), { nil: undefined }),
    day: fc.nat(11).map((n) => 3 * n),
    skew: fc.constantFrom(0, 0, 0, -3 * DAY, 90 * DAY),
    isUnsigned: fc.boolean(),
    isRefused: fc.boolean(),
    destinations: fc.constantFrom(undefined, [], [{ destination: 'a' }]),
    words: wordText,
    header: fc.constantFrom('one', 'two'),
    form: fc.constantFrom('uuid', 'uuid', 'uuid', 'early', 'late'),
  })
  .map(({ gate, type, day, skew, isUnsigned, isRefused, words, header, form, destinations }) => ({
    destinations,
    make(n: number): KeptEvent {
      const ms = NOW + day * DAY;
      const hex = ms.toString(16).padStart(12, '0');
      const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
      const id = { uuid, early: `0-${n}`, late: `évt-${n}` }[form] ?? uuid;
      const reason = 'expired';
      return event(n, {
        id,
        gate,
        ...(type !== undefined && { type }),
        keyId: isUnsigned ? '' : 'main',
        // In one millisecond with others.
        receivedMs: ms + skew + (n % 3),
        headers: ['X-Which', header],
        body: Buffer.from(JSON.stringify({ note: words.join(' '), which: header })),
        ...(isRefused && {
          verdict: {
            refused: { reason, step: 'time', message: 'late' },
            evidence: {},
          } as KeptEvent['verdict'] & object,
        }),
      });
    },
  }));

const search: fc.Arbitrary<EventSearch> = fc
  .record(
    {
      gate: fc.constantFrom(...GATES),
      type: fc.constantFrom(...TYPES, 'none'),
      isUnmatched: fc.constant(true),
      id: fc.constantFrom('0', '01', '0199', 'évt', 'évt-1', 'none', '0-1'),
      verdict: fc.constantFrom('accepted', 'refused', 'unsigned'),
      reason: fc.constantFrom('expired', 'none'),
      sinceMs: fc.nat(45).map((day) => NOW + day * DAY),
      untilMs: fc.nat(45).map((day) => NOW + day * DAY),
      header: fc.record({ name: fc.constantFrom('x-which', 'x'), value: fc.constantFrom('one', 'two') }),
      memberValue: fc.constantFrom('one', 'none'),
      masked: fc.constantFrom(['gate'], ['none']),
      words: fc.record({
        text: fc.tuple(fc.boolean(), wordText).map(([isPhrase, words]) => {
          const text = words.join(' ').toLowerCase();
          return isPhrase ? `"${text}"` : text;
        }),
        gates: fc.subarray(GATES, { minLength: 1 }),
      }),
    },
    { requiredKeys: [] },
  )
  .map((all) => all as EventSearch);

describe.skipIf(leaveOutPostgres)(`searches in PostgreSQL as in SQLite${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function filled(
    kept: readonly (readonly [KeptEvent, readonly { readonly destination: string }[] | undefined])[],
  ): Promise<readonly Pick<Store, 'events' | 'fullText'>[]> {
    const postgres = await openPostgresSearch(await databases.create());
    const sqlite = await openStore(':memory:');
    for (const store of [postgres, sqlite]) {
      onTestFinished(() => store.close());
      for (const [keptEvent, deliveries] of kept) await store.events.keep(keptEvent, [], deliveries);
      for (const gate of GATES) while ((await store.fullText.index(gate)).hasMore);
    }
    return [postgres, sqlite];
  }

  it('are the same, in the same order, by whatever is asked for and however long a page is', async () => {
    const [events = []] = fc.sample(fc.array(storedEvent, { minLength: EVENTS, maxLength: EVENTS }), {
      numRuns: 1,
      seed: 80,
    });
    const [postgres, sqlite] = await filled(
      events.map(({ make, destinations }, n) => [make(n), destinations] as const),
    );
    await fc.assert(
      fc.asyncProperty(search, fc.integer({ min: 3, max: 60 }), async (asked, limit) => {
        if (postgres === undefined || sqlite === undefined) throw new Error('no store');
        expect(await foundIds(postgres.events, asked, limit)).toEqual(
          await foundIds(sqlite.events, asked, limit),
        );
      }),
      { numRuns: runs(1_000), seed: 80 },
    );
  }, 300_000);
});
