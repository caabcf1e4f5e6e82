/** `countersign store export` and `events search` of a store with damaged events: of a gateway that runs, and of a file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { startDay } from './day-bench.ts';

const ID = '01890000-0000-7000-8000-000000000002';

/** Four events, of which the second and the fourth are damaged. */
async function damagedDay() {
  const day = await startDay();
  for (const n of [1, 2, 3]) await day.keep(n);
  const last = await day.keep(4, { body: Buffer.alloc(50_000, 'abc') });
  await day.restart(() => {
    const db = new DatabaseSync(join(day.cwd, 'store.db'));
    db.exec("UPDATE events SET headers = '[' WHERE url = '/open/2'");
    db.exec("UPDATE events SET body = x'00' WHERE url = '/open/4'");
    db.close();
  });
  return { ...day, last };
}

it.each(['a gateway that runs', 'a file'])(
  'both go on, and name the damaged events: %s',
  async (of) => {
    const { ask, gateway, cwd, last } = await damagedDay();
    if (of === 'a file') await gateway.close();

    const exported = await ask(['store', 'export']);
    const lines = exported.out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).url)).toEqual(['/open/1', '/open/3']);
    expect([exported.code, exported.err]).toEqual([
      1,
      `! The event ${ID} is not exported: it is damaged in the store.
! The event ${last} is not exported: it is damaged in the store.
2 events exported.
2 events could not be exported.
`,
    ]);
    expect(await ask(['store', 'export', '--out', 'a.jsonl'])).toEqual({ ...exported, out: '' });
    expect(readFileSync(join(cwd, 'a.jsonl'), 'utf8')).toBe(exported.out);

    const unsearched = `! The event ${last} is not searched: it is damaged in the store.
! The event ${ID} is not searched: it is damaged in the store.
`;
    const search = await ask(['events', 'search', '/open/', '--json']);
    expect([search.code, search.err]).toEqual([0, unsearched]);
    expect(search.out.trimEnd().split('\n')).toHaveLength(2);
    expect(await ask(['events', 'search', 'cus_99'])).toEqual({
      code: 1,
      out: '',
      err: `${unsearched}No event that can be read has that text.\n`,
    });
  },
  60_000,
);

it.each([
  ['store', 'export', 'Exit code 1: an event could not be exported.'],
  ['events', 'search', 'Exit code 1: no event has the text.'],
])('the help of %s %s states the exit code', async (command, name, sentence) => {
  const { ask } = await startDay();
  const { out } = await ask([command, name, '--help']);
  expect(out.replace(/\s+/g, ' ')).toContain(sentence);
});
