/** What is said of searches and of the full-text index: in answers, and in the log. */
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { expect, it, vi } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { createFullTextIndex } from '../../src/keeping/full-text.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { start, temporaryDir } from '../harness.ts';

const gate = (keep: NonNullable<GateInput['keep']>): Record<string, GateInput> => ({
  g: { path: '/g', provider: 'none', keep },
});

it.each([
  [{ member: 'a' }, 'member and value are given together: member=data.object.id&value=ch_1'],
  [{ headerValue: 'a' }, 'headerValue is given with header, which names it'],
  [{ words: '-' }, 'words has no word: give letters or digits'],
])('a search for %j', async (query, problem) => {
  const gateway = await start(gate({ fullText: true }));
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  await expect(client.call('events', query)).rejects.toMatchObject({
    message: expect.stringContaining(problem),
  });
});

it('an index that is built, and one that is taken away', async () => {
  const dir = temporaryDir();
  const store = await openStore(join(dir, 'test.db'));
  await store.events.keep(event(1, { gate: 'g' }));
  await store.close();
  const on = await start(gate({ fullText: true }), { dir });
  await vi.waitFor(
    () => expect(on.log.join('')).toContain('the full-text index of the gate is built'),
    10_000,
  );
  await on.close();
  const off = await start(gate({}), { dir });
  await vi.waitFor(
    () =>
      expect(off.log.join('')).toContain(
        'gates have no full-text index any more; that of the others is built again',
      ),
    10_000,
  );
});

it('an index whose store takes nothing: once, however often it is tried', async () => {
  const store = await openStore(join(temporaryDir(), 'test.db'));
  await store.close();
  const warnings: string[] = [];
  const log = { info() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const index = createFullTextIndex({ gates: ['g'], store: store.fullText, log });
  await index.catchUp();
  await index.catchUp();
  await index.close();
  expect(warnings).toEqual(['the full-text index falls behind: the store does not take it']);
});
