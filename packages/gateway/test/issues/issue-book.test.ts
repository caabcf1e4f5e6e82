/** Issues in memory, against a model that keeps every failure by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { DAY, HOUR, MINUTE } from '../../src/config/units.ts';
import { IssueBook } from '../../src/issues/issue-book.ts';
import type { IssueSubject } from '../../src/issues/issue-model.ts';
import { countsUntil } from '../../src/issues/time-series.ts';
import type { IssueChange, StoredIssue } from '../../src/stores/issue-store.ts';
import { mergeIssue, placesAfter } from '../../src/stores/merge-issue.ts';

const NOW = 1_760_000_000_000;
const ALL = { limit: 5_000 };

function bench(maxIssues = 2_000, stored: readonly StoredIssue[] = []) {
  const changes: string[] = [];
  const onChange = (change: IssueChange, { gate, destination, reason }: StoredIssue): void =>
    void changes.push(`${change} ${destination ?? gate ?? '-'} ${reason}`);
  return { book: new IssueBook({ maxIssues, onChange }, stored), changes };
}

/** What the store makes of all that was said, by the rule that every store keeps. @param stored by id */
function store(book: IssueBook, stored: Map<string, StoredIssue>): void {
  const changes = book.takeChanges(1_000);
  if (changes === undefined) return;
  for (const { id } of changes.gone) stored.delete(id);
  const placeOf = placesAfter(Math.max(0, ...[...stored.values()].map(({ place }) => place)));
  const merged = changes.updates.map((update) => {
    const result = mergeIssue(stored.get(update.id), update, placeOf);
    if (result.issue !== undefined) stored.set(update.id, JSON.parse(JSON.stringify(result.issue)));
    return result;
  });
  book.settle(merged);
}

const SUBJECTS: readonly IssueSubject[] = [
  { gate: 'a', reason: 'signature-mismatch' },
  { gate: 'a', reason: 'upstream-failed' },
  { gate: 'b', reason: 'signature-mismatch' },
  { destination: 'a', reason: 'timeout' },
  { reason: 'no-gate' },
];

/** How long nothing may fail until it has healed, and until it is closed whatever else; as `docs/operate.md` says. */
const HEALS: readonly (readonly [number, number])[] = [
  [15 * MINUTE, 7 * DAY],
  [5 * MINUTE, 7 * DAY],
  [15 * MINUTE, 7 * DAY],
  [MINUTE, 7 * DAY],
  [Number.POSITIVE_INFINITY, HOUR],
];

type Step =
  | { readonly kind: 'fail'; readonly at: number; readonly count: number }
  | { readonly kind: 'succeed' | 'acknowledge' | 'close' | 'reopen'; readonly at: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'store' };

const at = fc.nat({ max: SUBJECTS.length - 1 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('fail' as const), at, count: fc.integer({ min: 1, max: 9 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'succeed' as const,
          'acknowledge' as const,
          'close' as const,
          'reopen' as const,
        ),
        at,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.oneof(
          fc.constantFrom(1, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 8 * DAY),
          fc.nat({ max: 2 * HOUR }),
        ),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'restart' as const }, { kind: 'store' as const }) },
  ),
  { maxLength: 60 },
);

/** One kind of failure, as somebody would keep it who has all the time and memory in the world. */
interface Model {
  readonly failures: { readonly ms: number; readonly count: number }[];
  state: 'none' | 'open' | 'acknowledged' | 'closed';
  returns: number;
  /** What went well after the last failure, since the start. */
  isWell: boolean;
}

describe('issues', () => {
  it('are what the failures, successes and operators make of them, whatever the order', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let { book } = bench();
        const stored = new Map<string, StoredIssue>();
        let nowMs = NOW;
        const models: Model[] = SUBJECTS.map(() => ({
          failures: [],
          state: 'none',
          returns: 0,
          isWell: false,
        }));
        const idOf = (place: number): string | undefined => {
          const { gate, destination, reason } = SUBJECTS[place] ?? { reason: '' };
          return book
            .list(ALL)
            .find((each) => each.gate === gate && each.destination === destination && each.reason === reason)
            ?.id;
        };
        for (const step of taken) {
          if (step.kind === 'fail') {
            const [subject, model] = [SUBJECTS[step.at], models[step.at]];
            if (subject === undefined || model === undefined) return;
            book.fail({ ...subject, count: step.count }, nowMs);
            if (model.state === 'closed') model.returns++;
            if (model.state !== 'acknowledged') model.state = 'open';
            model.failures.push({ ms: nowMs, count: step.count });
            model.isWell = false;
          } else if (step.kind === 'pass') nowMs += step.ms;
          else if (step.kind === 'store') {
            const lines = book.list(ALL);
            store(book, stored);
            // What is known before it is stored is what is stored.
            expect(book.list(ALL)).toEqual(lines);
          } else if (step.kind === 'restart') {
            store(book, stored);
            book = bench(2_000, [...stored.values()]).book;
            for (const model of models) model.isWell = false;
          } else if (step.kind === 'succeed') {
            const { gate, destination } = SUBJECTS[step.at] ?? {};
            book.succeed(
              { ...(gate !== undefined && { gate }), ...(destination !== undefined && { destination }) },
              nowMs,
            );
            models.forEach((model, place) => {
              const other = SUBJECTS[place];
              const isOurs = other?.gate === gate && other?.destination === destination;
              if (isOurs && (model.failures.at(-1)?.ms ?? Number.POSITIVE_INFINITY) < nowMs)
                model.isWell = true;
            });
          } else {
            const id = idOf(step.at);
            const model = models[step.at];
            if (id === undefined || model === undefined) continue;
            const changed = book.change(id, { change: step.kind, by: 'ada', nowMs });
            if (step.kind === 'acknowledge' && model.state === 'closed') expect(changed).toBeUndefined();
            else
              model.state = { acknowledge: 'acknowledged', close: 'closed', reopen: 'open' }[
                step.kind
              ] as Model['state'];
          }
          for (const healed of book.look(nowMs)) book.heal(healed, nowMs);
          models.forEach((model, place) => {
            const [healedMs, quietMs] = HEALS[place] ?? [0, 0];
            const sinceMs = nowMs - (model.failures.at(-1)?.ms ?? nowMs);
            if (model.state === 'none' || model.state === 'closed') return;
            if (sinceMs >= quietMs || (model.isWell && sinceMs >= healedMs)) model.state = 'closed';
          });
        }
        for (const [place, { failures, state, returns }] of models.entries()) {
          const issue = book.get(idOf(place) ?? '');
          if (state === 'none') {
            expect(issue).toBeUndefined();
            continue;
          }
          const sum = (fromMs: number): number =>
            failures.reduce((total, { ms, count }) => total + (ms >= fromMs ? count : 0), 0);
          const ofSeries = (pairs: readonly number[], spanMs: number, length: number): number =>
            countsUntil(nowMs, { pairs, spanMs, length }).reduce((total, count) => total + count, 0);
          expect(issue).toMatchObject({
            state,
            returns,
            count: sum(0),
            firstMs: failures[0]?.ms,
            lastMs: failures.at(-1)?.ms,
          });
          const minutes = ofSeries(issue?.minutes ?? [], MINUTE, 60);
          expect(minutes).toBe(sum((Math.floor(nowMs / MINUTE) - 59) * MINUTE));
          expect(ofSeries(issue?.hours ?? [], HOUR, 48)).toBe(sum((Math.floor(nowMs / HOUR) - 47) * HOUR));
        }
        // The last opened first, each once.
        const places = book.list(ALL).map(({ place }) => place);
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => b - a));
      }),
      { numRuns: runs(5_000) },
    );
  });

  it('are told as they open, return and end, once each, and not while they go on', () => {
    const { book, changes } = bench();
    const mismatch = { gate: 'a', reason: 'signature-mismatch', count: 5_000 };
    book.fail(mismatch, NOW);
    book.fail(mismatch, NOW + 1);
    book.succeed({ gate: 'a' }, NOW + 2);
    const later = NOW + 15 * MINUTE + 1;
    for (const healed of book.look(later)) book.heal(healed, later);
    book.fail(mismatch, later);
    expect(changes).toEqual([]);
    store(book, new Map());
    expect(changes).toEqual(
      ['opened', 'closed', 'returned'].map((change) => `${change} a signature-mismatch`),
    );
    expect(book.list(ALL)).toMatchObject([{ count: 15_000, returns: 1, state: 'open' }]);
  });

  it('that fail again before it is known that they heal stay open', () => {
    const { book } = bench();
    const timeout = { destination: 'shop', reason: 'timeout', count: 1 };
    book.fail(timeout, NOW);
    book.succeed({ destination: 'shop' }, NOW + 1);
    const [healing] = book.look(NOW + MINUTE);
    expect(healing).toMatchObject({ destination: 'shop' });
    book.fail(timeout, NOW + MINUTE);
    if (healing) book.heal(healing, NOW + MINUTE);
    expect(book.count()).toEqual({ open: 1, acknowledged: 0, closed: 0 });
  });

  it('that are acknowledged stay so while more fail, and are open when they return', () => {
    const { book } = bench();
    const failure = { gate: 'a', reason: 'expired', count: 1 };
    book.fail(failure, NOW);
    const [{ id = '' } = {}] = book.list(ALL);
    book.change(id, { change: 'acknowledge', by: 'ada', note: 'asked them', nowMs: NOW });
    book.fail(failure, NOW + 1);
    expect(book.get(id)).toMatchObject({
      state: 'acknowledged',
      changedBy: 'ada',
      note: 'asked them',
      count: 2,
    });
    book.succeed({ gate: 'a' }, NOW + 2);
    for (const healed of book.look(NOW + HOUR)) book.heal(healed, NOW + HOUR);
    expect(book.get(id)).toMatchObject({ state: 'closed', end: 'healed' });
    expect(book.get(id)).not.toHaveProperty('changedBy');
    book.fail(failure, NOW + HOUR);
    const issue = book.get(id);
    expect(issue).toMatchObject({ state: 'open', returns: 1, firstMs: NOW, openedMs: NOW + HOUR });
    expect(issue).not.toHaveProperty('note');
  });

  it('beyond their bound are one line, and those that ended long ago make room first', () => {
    const { book } = bench(10);
    for (let n = 0; n < 100; n++) book.fail({ destination: `d${n}`, reason: 'timeout', count: 1 }, NOW + n);
    expect(book.list(ALL)).toHaveLength(10);
    expect(book.list({ reason: 'others', limit: 1 })).toMatchObject([{ count: 91 }]);
    const [, first, second] = book.list(ALL).toReversed();
    for (const { id = '' } of [second ?? {}, first ?? {}])
      book.change(id, { change: 'close', by: 'ada', nowMs: NOW });
    store(book, new Map());
    book.fail({ destination: 'new', reason: 'timeout', count: 1 }, NOW + 200);
    expect(book.list(ALL)).toHaveLength(10);
    expect(book.get(first?.id ?? '')).toBeUndefined();
    expect(book.get(second?.id ?? '')).toBeDefined();
    expect(book.takeChanges(100)?.gone).toEqual([{ id: first?.id, count: 1 }]);
  });

  it('that were closed are forgotten after thirty days', () => {
    const { book } = bench();
    book.fail({ gate: 'a', reason: 'expired', count: 1 }, NOW);
    book.look(NOW + 7 * DAY);
    expect(book.list(ALL)).toMatchObject([{ state: 'closed', end: 'quiet' }]);
    store(book, new Map());
    book.look(NOW + 37 * DAY - 1);
    expect(book.list(ALL)).toHaveLength(1);
    book.look(NOW + 37 * DAY);
    expect(book.list(ALL)).toEqual([]);
  });

  it('name the causes of those that were explained, the most frequent first, at most eight', () => {
    const { book } = bench();
    const subject = { gate: 'a', reason: 'signature-mismatch' };
    const cause = (finding: string, requestId: string) => ({ finding, certainty: 'likely', requestId });
    book.explain(subject, cause('before-there-is-one', 'req-0'));
    book.fail({ ...subject, count: 1 }, NOW);
    for (let n = 0; n < 12; n++) book.explain(subject, cause(`cause-${n}`, `req-${n}`));
    book.explain(subject, cause('cause-7', 'req-99'));
    const [{ causes = [] } = {}] = book.list(ALL);
    expect(causes).toHaveLength(8);
    expect(causes[0]).toEqual({ finding: 'cause-7', certainty: 'likely', count: 2, requestId: 'req-99' });
  });
});

describe('issues of two gateways on one store', () => {
  const gateway = fc.nat({ max: 1 });
  const subject = fc.nat({ max: 1 });
  const shared = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('fail' as const),
        gateway,
        subject,
        count: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({
        kind: fc.constantFrom('acknowledge' as const, 'close' as const, 'reopen' as const),
        gateway,
        subject,
      }),
      fc.record({ kind: fc.constant('store' as const), gateway }),
      fc.record({ kind: fc.constant('see' as const), gateway }),
      fc.record({ kind: fc.constant('quiet' as const), gateway }),
    ),
    { maxLength: 60 },
  );

  it('are the same at both once each has seen what the other wrote, count every failure, and are told once', () => {
    fc.assert(
      fc.property(shared, (steps) => {
        const stored = new Map<string, StoredIssue>();
        const gateways = [bench(), bench()];
        const at = (n: number) => gateways[n] ?? gateways[0] ?? bench();
        const counts = [0, 0];
        let nowMs = NOW;
        for (const step of steps) {
          const { book } = at(step.gateway);
          nowMs += 1;
          if (step.kind === 'fail') {
            counts[step.subject] = (counts[step.subject] ?? 0) + step.count;
            book.fail({ ...(SUBJECTS[step.subject] ?? { reason: '' }), count: step.count }, nowMs);
          } else if (step.kind === 'store') store(book, stored);
          else if (step.kind === 'see') {
            store(book, stored);
            book.see([...stored.values()]);
          } else if (step.kind === 'quiet') {
            nowMs += 7 * DAY;
            book.look(nowMs);
          } else {
            const { reason } = SUBJECTS[step.subject] ?? {};
            const id = book.list(ALL).find((issue) => issue.reason === reason)?.id;
            if (id !== undefined) book.change(id, { change: step.kind, by: 'ada', nowMs });
          }
        }
        for (const { book } of gateways) store(book, stored);
        for (const { book } of gateways) {
          book.see([...stored.values()]);
          expect(book.list(ALL)).toEqual([...stored.values()].toSorted((a, b) => b.place - a.place));
          expect(book.takeChanges(100)).toBeUndefined();
        }
        const told = gateways.flatMap(({ changes }) => changes);
        for (const [n, count] of counts.entries()) {
          const { reason = '' } = SUBJECTS[n] ?? {};
          const issue = [...stored.values()].find((each) => each.reason === reason);
          expect(issue?.count ?? 0).toBe(count);
          const number = (change: IssueChange): number =>
            told.filter((line) => line === `${change} a ${reason}`).length;
          expect(number('opened')).toBe(count > 0 ? 1 : 0);
          expect(number('returned')).toBe(issue?.returns ?? 0);
        }
      }),
      { numRuns: runs(5_000) },
    );
  });

  it('end by themselves only where no other gateway has counted more, and are told to end once', () => {
    const stored = new Map<string, StoredIssue>();
    const [a, b] = [bench(), bench()];
    const failure = { gate: 'a', reason: 'expired', count: 1 };
    a.book.fail(failure, NOW);
    store(a.book, stored);
    b.book.see([...stored.values()]);
    b.book.fail(failure, NOW + HOUR);
    store(b.book, stored);
    // It has not seen that.
    a.book.look(NOW + 7 * DAY);
    store(a.book, stored);
    expect(a.book.list(ALL)).toMatchObject([{ state: 'open', count: 2 }]);
    for (const { book } of [a, b]) book.look(NOW + 7 * DAY + HOUR);
    for (const { book } of [a, b]) store(book, stored);
    expect(b.book.list(ALL)).toMatchObject([{ state: 'closed', end: 'quiet' }]);
    expect([...a.changes, ...b.changes]).toEqual(['opened a expired', 'closed a expired']);
  });
});
