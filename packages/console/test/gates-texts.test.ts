/** What the pages of gates and settings make of what the API says. */
import type { GateKeyView, GateView } from '@countersign/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageReportOfProvider } from '../../core/src/coverage-report.ts';
import { COVERAGE_WARNINGS } from '../../core/src/coverage-warnings.ts';
import { providerIds } from '../../core/src/providers/registry.ts';
import { lacksKey, sharesOf } from '../src/gates/gate-state.ts';
import { changesOf, deliveryStateOf } from '../src/gates/key-state.ts';
import { nextKeyId, ROTATION_STEPS, stepOf } from '../src/gates/rotation-steps.ts';
import { buildOf } from '../src/settings/build-info.ts';
import { configRows, configSections } from '../src/settings/config-rows.ts';
import { usersOf } from '../src/settings/config-users.ts';
import { COVERAGE } from '../src/words/coverage.ts';
import { SETTINGS } from '../src/words/settings.ts';

describe('coverage', () => {
  it('has words for each part that a provider covers or leaves open', () => {
    const parts = providerIds.flatMap((id) => {
      const { covered, open } = coverageReportOfProvider(id as 'github');
      return [...covered, ...open];
    });
    expect(parts.length).toBeGreaterThan(20);
    expect(parts.filter((part) => COVERAGE.parts[part] === undefined)).toEqual([]);
  });

  it('says what to do for each warning', () => {
    const codes = Object.keys(COVERAGE_WARNINGS);
    expect(codes.filter((code) => COVERAGE.mend[code] === undefined)).toEqual([]);
  });
});

describe('keys', () => {
  it('can be changed to each state that they have not; only those that were added can be removed', () => {
    const key = { state: 'active', source: 'configuration' } as GateKeyView;
    expect(changesOf(key)).toEqual(['make-next', 'retire', 'revoke']);
    expect(changesOf({ ...key, state: 'retiring', source: 'added' })).toEqual([
      'activate',
      'make-next',
      'revoke',
      'remove',
    ]);
    expect(changesOf({ ...key, source: 'added', leftOut: true })).toEqual(['remove']);
  });

  it('get an id that none has', () => {
    const now = new Date('2026-11-27T23:59:00Z');
    expect(nextKeyId([], now)).toBe('2026-11-27');
    expect(nextKeyId(['2026-11-27', '2026-11-27-2'], now)).toBe('2026-11-27-3');
  });

  it('that a sender hands over are waited for, or have come, or are not taken', () => {
    const gate = 'notion';
    expect(deliveryStateOf({ gate })).toBe('closed');
    expect(deliveryStateOf({ gate, openUntil: '2026-11-27T23:59:00.000Z' })).toBe('open');
    expect(deliveryStateOf({ gate, takenKeyId: 'handed-over-20261127T235900Z' })).toBe('taken');
  });

  it('are missing where the sender has handed over none yet', () => {
    const gate = { keys: [] as GateView['keys'] } as GateView;
    expect(lacksKey(gate)).toBe(false);
    expect(lacksKey({ ...gate, handsOverKey: true })).toBe(true);
    const key = { id: 'a', state: 'active', hits: 0, warnings: [] } as const;
    expect(lacksKey({ ...gate, handsOverKey: true, keys: [key] })).toBe(false);
  });

  it('are rotated from the first step where there is no new key, whatever the address says', () => {
    for (const step of [undefined, 'revoke', 'nonsense']) expect(stepOf(step, false)).toBe('add');
    for (const step of ROTATION_STEPS) expect(stepOf(step, true)).toBe(step);
    expect(stepOf('nonsense', true)).toBe('watch');
  });
});

it('bars are of the largest, the most frequent first, without those that are none', () => {
  expect(sharesOf({ a: 1, b: 4, c: 0, d: 4 })).toEqual([
    { name: 'b', count: 4, width: 1 },
    { name: 'd', count: 4, width: 1 },
    { name: 'a', count: 1, width: 0.25 },
  ]);
  expect(sharesOf({})).toEqual([]);
});

describe('the configuration', () => {
  it('is a row for each value, named as findings name it; what nobody wrote is told apart', () => {
    const config = {
      listen: { public: '127.0.0.1:1' },
      gates: { a: { keys: [{ id: 'k', secret: '[secret]' }], keep: {} } },
      limits: { n: 1 },
    };
    const rows = configRows({ config, defaults: ['limits'] });
    expect(
      rows.map(({ path, value, isDefault }) => `${path} = ${value}${isDefault ? ' (default)' : ''}`),
    ).toEqual([
      'listen.public = 127.0.0.1:1',
      'gates.a.keys[0].id = k',
      'gates.a.keys[0].secret = [secret]',
      'gates.a.keep = {}',
      'limits.n = 1 (default)',
    ]);
    expect(configSections(rows).map(({ name }) => name)).toEqual(['listen', 'gates.a', 'limits']);
  });

  it('of any form is rows, each path once', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 5 })),
        (config) => {
          const rows = configRows({ config, defaults: [] });
          const sections = configSections(rows);
          expect(sections.reduce((sum, section) => sum + section.rows.length, 0)).toBe(rows.length);
          expect(rows.length).toBeGreaterThanOrEqual(Object.keys(config).length);
        },
      ),
    );
  });

  it('tells its users, and nothing where it has none', () => {
    expect(usersOf({ admin: { users: [{ name: 'vera', role: 'viewer', password: '[secret]' }] } })).toEqual([
      { name: 'vera', role: 'viewer' },
    ]);
    for (const none of [undefined, null, 1, {}, { admin: 1 }, { admin: { users: [1, null, { name: 1 }] } }])
      expect(usersOf(none)).toEqual([]);
  });
});

it('version, Node and start are read from the metrics', () => {
  const text = [
    '# HELP countersign_build_info Always 1',
    'countersign_build_info{version="0.1.0",node="v24.21.0"} 1',
    'process_start_time_seconds 1764256000.5',
  ].join('\n');
  expect(buildOf(text)).toEqual({ version: '0.1.0', node: 'v24.21.0', startedMs: 1_764_256_000_500 });
  expect(buildOf('')).toEqual({ version: undefined, node: undefined, startedMs: undefined });
});

it('sizes are in the unit that is read best', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 5 * 1024 ** 2, 3 * 1024 ** 5];
  expect(sizes.map(SETTINGS.bytes)).toEqual(['0 B', '1 B', '1,023 B', '1 KB', '1.5 KB', '5 MB', '3,072 TB']);
});
