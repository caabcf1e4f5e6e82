/** `countersign deliveries`, against a gateway that runs, and against the file of one that does not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@countersign/gateway';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';
import { startDay } from './day-bench.ts';

async function withDead(count: number) {
  const day = await startDay();
  for (let n = 1; n <= count; n++) {
    await day.keep(n, {}, [{ destination: 'shop' }]);
    await day.fail('shop');
  }
  return day;
}

describe('countersign deliveries', () => {
  it('lists them, and the destinations', async () => {
    const { ask, keep } = await withDead(2);
    await keep(3, {}, [{ destination: 'books' }]);
    const { out } = await ask(['deliveries', 'list', '--state', 'dead', '--limit', '1']);
    expect(out.split(/ {2,}/).slice(2)).toEqual(['open', 'shop', 'dead', '1 attempt', 'status\n']);
    const json = await ask(['deliveries', 'list', '--destination', 'books', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ destination: 'books', state: 'waiting', attempts: 0 });
    expect(
      (await ask(['deliveries', 'destinations'])).out.split('\n').map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['books', 'not configured', 'active', '1 waiting'],
      ['shop', 'not configured', 'active', '2 dead'],
      [''],
    ]);
    expect(await ask(['deliveries', 'list', '--code', 'timeout'])).toEqual({
      code: 0,
      out: '',
      err: 'No deliveries.\n',
    });
  });

  it('redrives and cancels by a filter, after a dry run, and asks above a few', async () => {
    const { ask } = await withDead(12);
    const redrive = ['deliveries', 'redrive', '--destination', 'shop'];
    expect((await ask([...redrive, '--dry-run'])).out).toBe('12 deliveries would be redriven.\n');
    expect(await ask(redrive)).toMatchObject({
      code: 2,
      err: 'countersign: 12 deliveries would be redriven, which nobody has confirmed\n  → Add --yes; --dry-run only counts.\n',
    });
    expect((await ask([...redrive, '--yes'])).out).toBe('12 deliveries are redriven.\n');
    expect((await ask([...redrive, '--yes'])).out).toBe('No matching delivery can be redriven.\n');
    const [first] = (await ask(['events', 'list', '--limit', '1', '--json'])).out.split('\n');
    const { id } = JSON.parse(first ?? '');
    expect((await ask(['deliveries', 'cancel', '--event', id])).out).toBe('1 delivery is cancelled.\n');
    expect((await ask(['deliveries', 'cancel', '--destination', 'shop', '--json', '-y'])).out).toBe(
      '{"changed":11}\n',
    );
  });

  it('names a destination that was meant', async () => {
    const { ask, adminUrl } = await withDead(1);
    expect(await ask(['deliveries', 'pause', 'shp'])).toMatchObject({
      code: 2,
      err: `countersign: ${adminUrl}: the admin API answered 404: the gateway has no destination of this name; did you mean shop? (destinations: shop)\n  → \`countersign deliveries destinations\` lists them.\n`,
    });
  });

  it('pauses, resumes and mutes, in the file as well', async () => {
    const { ask, gateway, cwd, env, adminUrl } = await withDead(1);
    expect((await ask(['deliveries', 'pause', 'shop'])).out).toMatch(
      /^shop .* paused +paused-by-operator, since /,
    );
    expect((await ask(['deliveries', 'mute', 'shop'])).out).toMatch(/ paused, muted /);
    await gateway.close();
    const file = (args: readonly string[]) => run(['deliveries', ...args, '--admin', adminUrl], { cwd, env });
    expect((await file(['resume', 'shop', '--per-second', '5'])).out).toMatch(
      /active, muted +since .*, at most 5 a second until it has caught up/,
    );
    expect(JSON.parse((await file(['unmute', 'shop', '--json'])).out)).toMatchObject({ muted: false });
    expect(await file(['preview', '01890000-0000-7000-8000-000000000001', 'shop'])).toMatchObject({
      code: 2,
      err: 'countersign: no gateway runs, and so no destination: start the gateway, and ask it\n  → `countersign deliveries destinations` lists them.\n',
    });
  });

  it('say of one that waits what holds it, in place of a next attempt in the past', async () => {
    const { ask, keep, gateway, cwd, env, adminUrl } = await startDay();
    const id = await keep(1, {}, [{ destination: 'shop' }]);
    const says = async (text: string, hint = '') => {
      const shown = await ask(['events', 'show', id]);
      expect(shown.out).toContain(`shop  waiting  0 attempts, ${text}\n${hint}`);
      const { out } = await ask(['deliveries', 'list']);
      expect(out.trimEnd().split(/ {2,}/).slice(3)).toEqual(['shop', 'waiting', '0 attempts', text]);
    };
    await says('the configuration has no such destination');
    await gateway.close();
    const file = (args: readonly string[]) => run([...args, '--admin', adminUrl], { cwd, env });
    const shown = async () => (await file(['events', 'show', id])).out;
    expect(await shown()).toContain('shop  waiting  0 attempts, no gateway runs\n');
    await file(['deliveries', 'pause', 'shop']);
    expect(await shown()).toContain(
      'shop  waiting  0 attempts, the destination is paused\n  → To have it sent: countersign deliveries resume shop\n',
    );
    expect((await file(['deliveries', 'list'])).out).toContain('0 attempts  the destination is paused\n');
  });

  it('tells of those of the configuration where no gateway runs', async () => {
    const cwd = newFolder();
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `listen: { admin: "off" }
store: sqlite:store.db
gates:
  open: { path: /open, provider: none, keep: { deliver: [{ name: shop, to: "http://127.0.0.1:9/a" }] } }
`,
    );
    const store = await openStore(join(cwd, 'store.db'));
    await store.close();
    const row = (text: string) => text.trimEnd().split(/ {2,}/);
    const { out } = await run(['deliveries', 'destinations'], { cwd });
    expect(row(out)).toEqual(['shop', 'http', 'http://127.0.0.1:9/…', 'active']);
    const paused = await run(['deliveries', 'pause', 'shop'], { cwd });
    expect(row(paused.out).slice(0, 4)).toEqual(['shop', 'http', 'http://127.0.0.1:9/…', 'paused']);
  });

  it('skips what blocks its key, and says where nothing does', async () => {
    const { ask, keep, fail } = await startDay();
    const first = await keep(1, {}, [{ destination: 'shop', orderKey: 'k' }]);
    await keep(2, {}, [{ destination: 'shop', orderKey: 'k' }]);
    await fail('shop');
    expect((await ask(['events', 'show', first])).out).toContain('shop  dead  1 attempt, blocks its key k\n');
    expect((await ask(['events', 'show', first])).out).toContain(
      `  → Once that is fixed: countersign deliveries redrive --event ${first} --destination shop\n  → To send the next event of its key without it: countersign deliveries skip ${first} shop\n`,
    );
    expect(await ask(['deliveries', 'skip', 'nope', 'shop'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'no event with this id is kept\n  → Compare the id with `countersign events list`.',
      ),
    });
    expect(await ask(['deliveries', 'skip', first, 'shop'])).toMatchObject({
      code: 0,
      err: 'Skipped: the next event of its key is sent now.\n',
    });
    expect(await ask(['deliveries', 'skip', first, 'shop'])).toMatchObject({
      code: 1,
      err: 'Nothing was skipped: no dead delivery of this event blocks its key there.\n',
    });
  });
});
