/** What the audit log does by itself: its head goes into the log, what is too old goes, a flood is counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyAuditLog } from '../../src/audit/audit-access.ts';
import { ENTRY_TEXTS, readEntry } from '../../src/audit/audit-entry.ts';
import { type AuditLog, openAuditLog } from '../../src/audit/audit-log.ts';
import { createAuditSeal } from '../../src/audit/audit-seal.ts';
import { DAY, HOUR } from '../../src/config/units.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { later } from '../harness.ts';
import { auditKeysOf } from './audit-keys.ts';

const KEY = 'd4'.repeat(32);
const seal = createAuditSeal(Buffer.from(KEY, 'hex'), Date.now);
const STRANGER = { who: undefined, from: '192.0.2.9', route: undefined, status: 401, code: 'token-required' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

interface Opened {
  readonly store: Store;
  readonly audit: AuditLog;
  readonly lines: { readonly fields: object; readonly text: string }[];
}

async function opened(forMs = 400 * DAY, before: readonly string[] = []): Promise<Opened> {
  const store = await openStore(':memory:');
  later(() => store.close());
  for (const entry of before) await store.audit.append(entry, seal);
  const lines: Opened['lines'] = [];
  const say = (fields: object, text: string): void => void lines.push({ fields, text });
  const log = { info: say, warn: say, error: say };
  const audit = await openAuditLog({ audit: store.audit, seal, forMs, now: Date.now, log });
  later(() => audit.close());
  return { store, audit, lines };
}

function old(ageMs: number): string {
  return ENTRY_TEXTS.leftOut({ at: Date.now() - ageMs, count: 1 });
}

async function kinds(store: Store): Promise<readonly (string | undefined)[]> {
  return (await store.audit.follow(0, 1_000)).map(({ entry }) => readEntry(entry)?.kind);
}

it('the head goes into the log every hour', async () => {
  const { store, audit, lines } = await opened(400 * DAY, [old(DAY), old(DAY)]);
  const { seq, mac, keyId } = (await store.audit.head()) ?? expect.fail();
  const head = {
    fields: { auditSeq: seq, auditMac: Buffer.from(mac).toString('hex'), auditKey: keyId },
    text: 'the head of the audit log',
  };
  expect(lines).toEqual([head]);
  vi.advanceTimersByTime(HOUR - 1);
  await audit.settled();
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await audit.settled();
  expect(lines).toEqual([head, head]);
});

describe('what is older than admin.audit.for', () => {
  it('goes, however much it is, and leaves a chain that is whole', async () => {
    const { store, audit } = await opened(DAY, [...Array<string>(203).fill(old(2 * DAY)), old(HOUR)]);
    vi.advanceTimersByTime(HOUR);
    await audit.settled();
    expect(await kinds(store)).toEqual(['left-out', 'pruned', 'pruned', 'pruned']);
    const prunings = (await store.audit.follow(204, 10)).map(({ entry }) => readEntry(entry));
    expect(prunings.map((entry) => entry?.['count'])).toEqual([100, 100, 3]);
    expect(await verifyAuditLog(store.audit, auditKeysOf(KEY), [])).toMatchObject({
      entries: 4,
      findings: [],
    });
  });

  it('is looked for once a day: each time that something goes leaves an entry', async () => {
    const { store, audit } = await opened(DAY);
    let looked = 0;
    Object.assign(store.audit, {
      prune: async () => {
        looked++;
        return 0;
      },
    });
    for (let hours = 0; hours < 49; hours++) {
      vi.advanceTimersByTime(HOUR);
      await audit.settled();
    }
    expect(looked).toBe(3);
  });

  it('stays where the store takes nothing, and the log says so', async () => {
    const { store, audit, lines } = await opened(DAY, [old(2 * DAY)]);
    Object.assign(store.audit, {
      prune: () => Promise.reject(new StoreError('failed', 'The disk is full.')),
    });
    vi.advanceTimersByTime(HOUR);
    await audit.settled();
    expect(lines.map(({ text }) => text)).toContain(
      'old entries of the audit log could not be removed; it is tried again tomorrow',
    );
  });
});

describe('refused calls', () => {
  it('of a flood are counted every hour, beside those that are told one by one', async () => {
    const { store, audit } = await opened();
    for (let n = 0; n < 1_000; n++) audit.refused(STRANGER);
    await audit.settled();
    expect(await kinds(store)).toEqual(Array<string>(20).fill('refused'));
    vi.advanceTimersByTime(HOUR);
    await audit.settled();
    const [last] = await store.audit.list({ limit: 1 });
    expect(readEntry(last?.entry ?? '')).toMatchObject({ kind: 'left-out', count: 980 });
  });

  it('of callers that are logged in have a room of their own', async () => {
    const { store, audit } = await opened();
    for (let n = 0; n < 50; n++) audit.refused(STRANGER);
    const who = { name: 'vera', role: 'viewer', by: 'password' };
    audit.refused({ who, from: '192.0.2.1', route: 'eraseEvents', status: 403, code: 'role-not-enough' });
    await audit.settled();
    const [last] = await store.audit.list({ limit: 1 });
    expect(readEntry(last?.entry ?? '')).toMatchObject({
      kind: 'refused',
      who,
      route: 'eraseEvents',
      status: 403,
    });
  });

  it('that the store did not take are counted', async () => {
    const { store, audit } = await opened();
    const { append } = store.audit;
    Object.assign(store.audit, {
      append: () => Promise.reject(new StoreError('failed', 'The disk is full.')),
    });
    for (let n = 0; n < 5; n++) audit.refused(STRANGER);
    await audit.settled();
    Object.assign(store.audit, { append });
    vi.advanceTimersByTime(HOUR);
    await audit.settled();
    expect(readEntry((await store.audit.list({ limit: 1 }))[0]?.entry ?? '')).toMatchObject({ count: 5 });
  });
});
