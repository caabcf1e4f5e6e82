/** Pages of the audit log of one kind, which no index knows: each looks at a bounded part, and the next goes on. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditPage } from '../../src/admin/audit-view.ts';
import type { AuditSeal } from '../../src/stores/audit-store.ts';
import { openStore } from '../../src/stores/open-store.ts';

const SEAL: AuditSeal = {
  keyId: 'a',
  macOf: () => new Uint8Array(32),
  changeFrom: () => JSON.stringify({ kind: 'key-changed', at: 1 }),
};

/** With an entry that was refused in every 400. */
async function reader() {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  await Promise.all(
    Array.from({ length: 1_600 }, (_, i) =>
      store.audit.append(JSON.stringify({ kind: i % 400 === 0 ? 'refused' : 'change', at: i + 1 }), SEAL),
    ),
  );
  return store.audit;
}

describe('pages of the audit log of one kind', () => {
  it('have every entry of the kind once, newest first, and end', async () => {
    const audit = await reader();
    const seqs: number[] = [];
    const sizes: number[] = [];
    let before: number | undefined;
    do {
      const { entries, next } = await auditPage(audit, {
        kind: 'refused',
        limit: 10,
        ...(before !== undefined && { before }),
      });
      seqs.push(...entries.map(({ seq }) => seq));
      sizes.push(entries.length);
      before = next;
    } while (before !== undefined);
    expect(seqs).toEqual([1_201, 801, 401, 1]);
    expect(sizes).toEqual([1, 1, 1, 1]);
  });

  it('that are full go on behind their last entry', async () => {
    const audit = await reader();
    const { entries, next } = await auditPage(audit, { kind: 'change', limit: 3 });
    expect(entries.map(({ seq }) => seq)).toEqual([1_600, 1_599, 1_598]);
    expect(next).toBe(1_598);
    expect((await auditPage(audit, { kind: 'change', limit: 1, before: 1_598 })).entries[0]?.seq).toBe(1_597);
  });

  it('of all kinds are as long as was asked', async () => {
    const audit = await reader();
    expect((await auditPage(audit, {})).entries).toHaveLength(100);
    expect((await auditPage(audit, { before: 3, limit: 3 })).next).toBeUndefined();
  });
});
