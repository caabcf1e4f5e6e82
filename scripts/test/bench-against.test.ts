import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pairedRatio } from '../../bench/measure/paired.ts';

const AGAINST = join(import.meta.dirname, '../../bench/against.ts');

function against(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, ['--conditions=countersign-source', AGAINST, ...args], {
    encoding: 'utf8',
  });
}

describe('a paired ratio', () => {
  const spread = [0.9, 0.94, 0.96, 0.98, 1.02, 1.04, 1.06, 1.1];

  it('is the median of all pairs, inside its interval', () => {
    const { median, low, high } = pairedRatio([spread, spread, spread]);
    expect(median).toBe(1);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
    expect(low).toBeGreaterThan(0.9);
    expect(high).toBeLessThan(1.1);
  });

  it('is the same for the same pairs', () => {
    expect(pairedRatio([spread])).toEqual(pairedRatio([spread]));
  });

  it('lies wholly below the bound where every pair does', () => {
    expect(
      pairedRatio([
        [0.8, 0.82, 0.84],
        [0.81, 0.83, 0.85],
      ]).high,
    ).toBeLessThan(0.97);
  });

  it('is wide where processes differ, however alike the pairs within each are', () => {
    const alike = (ratio: number): readonly number[] => Array.from({ length: 50 }, () => ratio);
    const { low, high } = pairedRatio([alike(0.8), alike(1), alike(1.2)]);
    expect(low).toBeLessThan(0.85);
    expect(high).toBeGreaterThan(1.15);
  });
});

describe('bench --against', () => {
  it('says what is neither a folder nor a revision', () => {
    const { status, stderr } = against('--against', 'no-such-revision');
    expect(stderr).toContain('"no-such-revision" is not a folder and no revision');
    expect(status).toBe(2);
  });

  it('says that a tree is not built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-unbuilt-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { status, stderr } = against('--against', folder);
    expect(stderr).toContain('is not built');
    expect(status).toBe(2);
  });

  it('says that no row has such a name', () => {
    const { status, stderr } = against('--against', '.', '--rows', 'no such row');
    expect(stderr).toContain('no row is named like "no such row"');
    expect(status).toBe(2);
  });

  it('lists the rows of every bench', () => {
    const { status, stdout } = against('--against', '.', '--list');
    expect(status).toBe(0);
    for (const part of [
      'verify slack, 10 KB',
      'refuse stripe',
      'receive github',
      'jwt, accepted',
      'requestFrom',
      'replay guard',
      'http, keep',
      'start',
    ])
      expect(stdout).toContain(part);
  });
});
