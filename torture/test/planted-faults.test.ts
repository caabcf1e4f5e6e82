/** The harness finds what it is there to find: each fault is planted into a store that was judged sound. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaults } from '../engine/fault.ts';
import { judgeFile } from '../engine/judge-store.ts';
import type { Ledger } from '../engine/ledger.ts';
import { copyStore } from '../engine/read-store.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import { type KillsOptions, runKills } from '../trials/kills.ts';

const SEED = 20_261_127;
const ONE = '(SELECT id FROM events WHERE length(body) > 40 AND encoding IS NULL ORDER BY id LIMIT 1)';

let folder: string;
let soundStore: string;
let ledger: Ledger;
const soundFaults = createFaults();

function options(faults: KillsOptions['faults']): KillsOptions {
  return { seed: SEED, kills: 3, connections: 8, faults, say: () => {} };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-planted-'));
  soundStore = join(folder, 'sound.db');
  await runKills({
    ...options(soundFaults),
    onJudged(storeFile, finalLedger) {
      copyStore(storeFile, soundStore);
      ledger = finalLedger;
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The codes of what is found once the statement was run on a copy of the sound store. */
async function codesAfter(plant: (db: DatabaseSync) => void): Promise<readonly string[]> {
  const path = join(folder, 'spoilt.db');
  copyStore(soundStore, path);
  const db = new DatabaseSync(path);
  try {
    plant(db);
  } finally {
    db.close();
  }
  const faults = createFaults();
  await judgeFile(path, ledger, faults);
  return faults.codes;
}

describe('a store that was killed over and over', () => {
  it('holds what was acknowledged, once, to the byte', async () => {
    expect(soundFaults.all).toEqual([]);
    expect(ledger.acknowledged).toBeGreaterThan(100);
    expect(await codesAfter(() => {})).toEqual([]);
  });

  it('has a forged request and an odd header among what is sent', async () => {
    const wires = [...ledger.entries.values()].map(({ n }) => createRequestSource({ seed: SEED }).make(n, 0));
    expect(wires.some(({ isForged }) => isForged)).toBe(true);
    expect(wires.some(({ wire }) => wire.includes('x-tWICE'))).toBe(true);
    expect(wires.some(({ wire }) => wire.includes(Buffer.from([0, 1, 2, 0x80, 0xff].slice(0, 3))))).toBe(
      true,
    );
  });
});

describe('the judge of a store', () => {
  it('misses an acknowledged event that is gone', async () => {
    expect(await codesAfter((db) => db.exec(`DELETE FROM events WHERE id = ${ONE}`))).toEqual(['lost']);
  });

  it('sees one bit of a body that is another', async () => {
    const codes = await codesAfter((db) => {
      const { id, body } = db.prepare(`SELECT id, body FROM events WHERE id = ${ONE}`).get() ?? {};
      const bytes = Buffer.from(body as Uint8Array);
      bytes[30] = (bytes[30] ?? 0) ^ 1;
      db.prepare('UPDATE events SET body = ? WHERE id = ?').run(bytes, String(id));
    });
    expect(codes).toEqual(['unverified', 'altered']);
  });

  it.each([
    ['a header’s value', 'application/json', 'application/JSON'],
    ['a header’s name', 'Content-Type', 'content-type'],
  ])('sees %s in another case', async (_, from, to) => {
    const codes = await codesAfter((db) => {
      db.prepare(`UPDATE events SET headers = replace(headers, ?, ?) WHERE id = ${ONE}`).run(from, to);
    });
    expect(codes).toEqual(['altered']);
  });

  it('sees a target that is another', async () => {
    expect(await codesAfter((db) => db.exec(`UPDATE events SET url = url || '0' WHERE id = ${ONE}`))).toEqual(
      ['altered'],
    );
  });

  it('counts an event that is there twice', async () => {
    const codes = await codesAfter((db) => copyEvent(db, { id: 'ffffffff-0000-7000-8000-000000000000' }));
    expect(codes).toEqual(['duplicate']);
  });

  it('finds a forged request that is kept', async () => {
    const requests = createRequestSource({ seed: SEED });
    const n = [...ledger.entries.values()].find(({ isForged }) => isForged)?.n ?? 0;
    const { wire, gate } = requests.make(n, 0);
    const [head = '', ...rest] = wire.toString('latin1').split('\r\n\r\n');
    const [, ...lines] = head.split('\r\n');
    const headers = JSON.stringify(
      lines.flatMap((line) => [/^[^:]+/.exec(line)?.[0], line.replace(/^[^:]+: /, '')]),
    );
    const body = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
    const codes = await codesAfter((db) =>
      copyEvent(db, { id: 'ffffffff-0000-7000-8000-000000000000', gate, headers, body }),
    );
    expect(codes).toContain('unverified');
  });

  it('sees a credential in the clear', async () => {
    const codes = await codesAfter((db) =>
      db.exec("CREATE TABLE notes AS SELECT 'Bearer withheld-1' AS text"),
    );
    expect(codes).toEqual(['secret-shown']);
  });

  it('finds an event that nobody sent', async () => {
    // A number beyond those that any machine sends in that time.
    const codes = await codesAfter((db) => {
      db.exec(
        `UPDATE events SET headers = replace(headers, '"X-Torture-Number","', '"X-Torture-Number","9900000') WHERE id = ${ONE}`,
      );
    });
    expect(codes).toEqual(['never-sent', 'lost']);
  });
});

describe('a repeat of what was acknowledged', () => {
  it('shows that a claim was lost', async () => {
    const faults = createFaults();
    await runKills({
      ...options(faults),
      spoilBeforeRepeats(storeFile) {
        const db = new DatabaseSync(storeFile);
        db.exec('DELETE FROM claims; DELETE FROM claim_pieces');
        db.close();
      },
    });
    // And the copy is another event, to its destination as well.
    expect(faults.codes).toEqual(['unstable-id', 'duplicate']);
  });
});

/** Puts an event in once more, with some columns of its own. */
function copyEvent(db: DatabaseSync, columns: Readonly<Record<string, string | Uint8Array>>): void {
  // Its place is given anew.
  const { place: _, ...event } = db.prepare(`SELECT * FROM events WHERE id = ${ONE}`).get() ?? {};
  const row = { ...event, ...columns };
  const names = Object.keys(row);
  db.prepare(`INSERT INTO events (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(
    ...Object.values(row),
  );
}
