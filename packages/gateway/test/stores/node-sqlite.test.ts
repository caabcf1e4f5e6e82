import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasWalResetBug, nodeSqlite, sqliteVersion } from '../../src/stores/node-sqlite.ts';

describe('the SQLite that Node brings', () => {
  it('says its version', () => {
    expect(sqliteVersion()).toBe(process.versions['sqlite']);
    expect(new (nodeSqlite().DatabaseSync)(':memory:').prepare('SELECT 1 AS one').get()).toEqual({ one: 1 });
  });

  it.each([
    ['3.6.23', false],
    ['3.7.0', true],
    ['3.44.5', true],
    ['3.44.6', false],
    ['3.44.9', false],
    ['3.45.0', true],
    ['3.49.1', true],
    ['3.50.4', true],
    ['3.50.6', true],
    ['3.50.7', false],
    ['3.51.0', true],
    ['3.51.2', true],
    ['3.51.3', false],
    ['3.52.0', false],
    ['3.53.4', false],
    ['4.0.0', false],
  ])('%s loses writes where two connections write: %s', (version, expected) => {
    expect(hasWalResetBug(version)).toBe(expected);
  });

  it('is loaded without its warning, and no other warning is lost', () => {
    const program = `
      process.on('warning', (warning) => console.log(warning.name + ': ' + warning.message));
      const { nodeSqlite, sqliteVersion } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/stores/node-sqlite.ts'))});
      nodeSqlite();
      sqliteVersion();
      process.emitWarning('SQLite is an experimental feature of another kind', 'ExperimentalWarning');
      process.emitWarning('a warning', 'ExperimentalWarning');`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--conditions=countersign-source',
        '--experimental-strip-types',
        '--no-warnings',
        '--input-type=module',
        '-e',
        program,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((line) => !line.includes('Type Stripping')),
    ).toEqual([
      'ExperimentalWarning: SQLite is an experimental feature of another kind',
      'ExperimentalWarning: a warning',
    ]);
  });
});
