/** What was acknowledged is there after kill -9. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { between, someOf } from '../../../../scripts/effort.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/stores/store.ts';
import { crashEvent, rememberedClaim } from './crash-event.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
  path = join(directory, 'store.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function integrityOf(file: string): unknown {
  const db = new DatabaseSync(file);
  try {
    return db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    db.close();
  }
}

describe('when the process is killed', () => {
  /** Kills the child as soon as it has acknowledged `count` rounds; gives every id that it printed. */
  async function acknowledgedBeforeKill(lanes: number, count: number): Promise<readonly string[]> {
    const child = spawn(
      process.execPath,
      [
        '--conditions=countersign-source',
        // On by default from Node 22.18 on.
        '--experimental-strip-types',
        join(import.meta.dirname, 'crash-child.ts'),
        path,
        String(lanes),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    const ids: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      ids.push(line);
      if (ids.length === count) child.kill('SIGKILL');
    }
    expect(await ended).toEqual([null, 'SIGKILL']);
    // The last line may have been cut off; then it was not acknowledged to anyone.
    return ids.filter((id) => id.length === 12);
  }

  /** What the child wrote in the round is there, and each claim is held. */
  async function expectRound({ events, records, claims }: Store, id: string): Promise<void> {
    const n = Number(id);
    const event = crashEvent(n);
    expect(await events.get(id)).toEqual(event);
    expect((await records.get('crash', id))?.bytes).toEqual(event.body);
    const again = events.keep({ ...event, id: `again-${id}` });
    const released = claims.release('gate', rememberedClaim(n).identity);
    expect(await again).toEqual({ kept: false, repeatOf: id });
    expect(await released).toBe(true);
  }

  const kills = [
    { lanes: 1, count: 7 },
    { lanes: 1, count: 441 },
    { lanes: 64, count: 1 },
    { lanes: 64, count: between(301, 3_001) },
    { lanes: 300, count: 9_973 },
  ];

  it.each(someOf(kills, 3))(
    'has every acknowledged event, record and claim, byte for byte ($lanes at a time, killed after $count)',
    async ({ lanes, count }) => {
      const ids = await acknowledgedBeforeKill(lanes, count);
      expect(ids.length).toBeGreaterThanOrEqual(count);
      const store = await openSqliteStore({ path });
      for (let from = 0; from < ids.length; from += 1_000) {
        await Promise.all(ids.slice(from, from + 1_000).map((id) => expectRound(store, id)));
      }
      await store.close();
      expect(integrityOf(path)).toBe('ok');
    },
  );
});
