/** Claims over restarts, and the room that gates share: what was taken once is refused while it would be fresh. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import { SECRET, send, start, temporaryDir } from '../harness.ts';
import { readExposition, valuesOf } from '../metrics/read-exposition.ts';

const NOW = 1_760_000_000_000;
const OTHER = 'another secret of more than sixteen bytes';
const hex = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');
const outcomes = { keep: { keep: {} }, respond: { respond: { status: 200 } } } as const;

const github = (body: string) => ({ body, headers: { 'x-hub-signature-256': `sha256=${hex(body)}` } });

describe.each(['keep', 'respond'] as const)('at a gate that would %s', (kind) => {
  const outcome = outcomes[kind];

  it('a request is refused or acknowledged at every fresh instant, before and after a restart', async () => {
    const dir = temporaryDir();
    let nowMs = NOW;
    const now = (): number => nowMs;
    const gates: ConfigInput['gates'] = {
      gate: {
        path: '/',
        provider: { id: 'hmac', toleranceMs: 2000.5 },
        keys: [{ secret: SECRET }],
        replay: { repeat: 'refuse' },
        ...outcome,
      },
    };
    const t = String(NOW / 1000);
    const post = { body: 'b', headers: { 'x-timestamp': t, 'x-signature': hex(`${t}.b`) } };
    let gateway = await start(gates, { dir, now });
    expect((await send(gateway.publicUrl, post)).status).toBe(200);
    const statuses = new Map<number, number>();
    for (const at of [0, 1, 1999, 2000, 2000.25, 2000.5, 2000.75, 2000.999, 2001, 2001.25, 2002]) {
      nowMs = NOW + at;
      const before = (await send(gateway.publicUrl, post)).status;
      await gateway.drain();
      gateway = await start(gates, { dir, now });
      const after = (await send(gateway.publicUrl, post)).status;
      expect(after, `at ${at}`).toBe(before);
      statuses.set(at, after);
    }
    expect([...statuses].filter(([, status]) => status === 409).map(([at]) => at)).toEqual([
      0, 1, 1999, 2000, 2000.25, 2000.5, 2000.75, 2000.999,
    ]);
    expect([...statuses].filter(([, status]) => status === 401).map(([at]) => at)).toEqual([
      2001, 2001.25, 2002,
    ]);
  });

  it('a single-use token is refused after a restart, to the end of its last millisecond', async () => {
    const dir = temporaryDir();
    let nowMs = NOW;
    const gates: ConfigInput['gates'] = {
      gate: {
        path: '/',
        provider: { id: 'jwt-bearer', consume: 1 },
        keys: [{ secret: SECRET }],
        replay: { repeat: 'refuse' },
        ...outcome,
      },
    };
    const input = ['{"alg":"HS256"}', `{"exp":${NOW / 1000 + 1.0004}}`]
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
    const token = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
    const post = { headers: { authorization: `Bearer ${token}` } };
    let gateway = await start(gates, { dir, now: () => nowMs });
    expect((await send(gateway.publicUrl, post)).status).toBe(200);
    for (const [at, status] of [
      [999.9, 409],
      [1000, 409],
      [1000.3, 409],
      [1000.5, 401],
      [1001, 401],
    ] as const) {
      nowMs = NOW + at;
      await gateway.drain();
      gateway = await start(gates, { dir, now: () => nowMs });
      expect((await send(gateway.publicUrl, post)).status, `at ${at}`).toBe(status);
    }
  });

  it('of two message signatures neither can come alone afterwards, nor after a restart', async () => {
    const dir = temporaryDir();
    const now = (): number => NOW;
    const gates: ConfigInput['gates'] = {
      gate: {
        path: '/o',
        provider: { id: 'http-message-signatures', components: ['@method', '@authority'] },
        keys: [
          { id: 'a', secret: SECRET },
          { id: 'b', secret: OTHER },
        ],
        replay: { repeat: 'refuse' },
        ...outcome,
      },
    };
    let gateway = await start(gates, { dir, now });
    const host = 'shop.example';
    const carrying = (...signers: readonly (readonly ['a' | 'b', number])[]) => {
      const made = signers.map(([id, created]) => {
        const params = `("@method" "@authority");created=${created};keyid="${id}"`;
        const base = `"@method": POST\n"@authority": ${host}\n"@signature-params": ${params}`;
        const value = createHmac('sha256', id === 'a' ? SECRET : OTHER)
          .update(base)
          .digest('base64');
        return { input: `${id}=${params}`, signature: `${id}=:${value}:` };
      });
      const headers = {
        host,
        'signature-input': made.map(({ input }) => input).join(', '),
        signature: made.map(({ signature }) => signature).join(', '),
      };
      return send(`${gateway.publicUrl}/o`, { headers });
    };
    const a = ['a', NOW / 1000] as const;
    const b = ['b', NOW / 1000 - 2] as const;
    expect((await carrying(a, b)).status).toBe(200);
    for (const round of ['before', 'after']) {
      if (round === 'after') {
        await gateway.drain();
        gateway = await start(gates, { dir, now });
      }
      for (const signers of [[a], [b], [a, b], [b, a]] as const) {
        expect((await carrying(...signers)).status, `${round} a restart, ${signers.length}`).toBe(409);
      }
    }
    if (kind === 'keep') expect(await gateway.store.events.list()).toHaveLength(1);
  });
});

describe.each(someOf(['keep', 'respond'] as const, 2))(
  'a room that is full, at a gate that would %s',
  (kind) => {
    it('takes every new id of a sender who signs anew, over restarts, refuses each fresh copy, and says what it forgets', async () => {
      const dir = temporaryDir();
      let nowMs = NOW;
      const gates: ConfigInput['gates'] = {
        gate: {
          path: '/',
          provider: 'standard-webhooks',
          keys: [{ secret: `whsec_${Buffer.from(SECRET).toString('base64')}` }],
          replay: { repeat: 'refuse' },
          ...outcomes[kind],
        },
      };
      const options = { dir, now: () => nowMs, replay: { maxClaims: 1000 } };
      const delivery = (id: string) => {
        const seconds = String(Math.floor(nowMs / 1000));
        const mac = createHmac('sha256', SECRET).update(`${id}.${seconds}.b`).digest('base64');
        const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` };
        return { body: 'b', headers };
      };
      let gateway = await start(gates, options);
      const statuses = new Map<string, number>();
      const post = async (what: string, request: ReturnType<typeof delivery>): Promise<void> => {
        const { status } = await send(gateway.publicUrl, request);
        statuses.set(`${what} ${status}`, (statuses.get(`${what} ${status}`) ?? 0) + 1);
      };
      let copies: ReturnType<typeof delivery>[] = [];
      for (let minute = 0; minute < 60; minute += 10) {
        nowMs = NOW + minute * 60_000;
        copies = Array.from({ length: 250 }, (_, n) => delivery(`msg_${minute}_${n}`));
        for (let from = 0; from < 250; from += 25)
          await Promise.all(copies.slice(from, from + 25).map((request) => post('new', request)));
        if (minute === 40) {
          await gateway.drain();
          gateway = await start(gates, options);
        }
        for (let from = 0; from < 250; from += 25)
          await Promise.all(copies.slice(from, from + 25).map((request) => post('copy', request)));
      }
      expect(Object.fromEntries(statuses)).toEqual({ 'new 200': 1500, 'copy 409': 1500 });
      await post('known', delivery('msg_50_0'));
      expect(statuses.get('known 409')).toBe(1);
      const told = gateway.log.filter((line) =>
        line.includes('so ids of this gate are forgotten before replay.remember is over'),
      );
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/"level":"warn".*"gate":"gate","held":\d+,"earlyMs":\d+/);
      expect(gateway.log.join('')).not.toContain('four fifths');
      const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
      const figures = readExposition(await admin.call('metrics'));
      const held = valuesOf(figures, 'countersign_claims_held')['gate'] ?? 0;
      expect(held).toBeLessThanOrEqual(1000);
      expect(valuesOf(figures, 'countersign_claims_given_up_total')['gate']).toBeGreaterThan(0);
      await gateway.drain();
      const db = new DatabaseSync(join(dir, 'test.db'), { readOnly: true });
      expect(Number(db.prepare('SELECT count(*) AS n FROM claims').get()?.['n'])).toBeLessThanOrEqual(1100);
      db.close();
    });
  },
);

describe('the room for claims', () => {
  it('is not one gate’s: another answers while one is full, also after a restart, and the log has said so', async () => {
    const dir = temporaryDir();
    const now = (): number => NOW;
    const gate = (path: string): GateInput => ({
      path,
      provider: 'github',
      keys: [{ secret: SECRET }],
      replay: { repeat: 'refuse' },
      respond: { status: 200 },
    });
    const options = { dir, now, replay: { maxClaims: 1000 } };
    const gates = { greedy: gate('/greedy'), quiet: gate('/quiet') };
    let gateway = await start(gates, options);
    const statuses: number[] = [];
    for (let i = 0; i < 760; i += 20) {
      const batch = Array.from({ length: 20 }, (_, j) =>
        send(`${gateway.publicUrl}/greedy`, github(`${i + j}`)),
      );
      for (const { status } of await Promise.all(batch)) statuses.push(status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(750);
    expect(statuses.filter((status) => status === 503)).toHaveLength(10);
    expect((await send(`${gateway.publicUrl}/quiet`, github('q'))).status).toBe(200);
    expect((await send(`${gateway.publicUrl}/greedy`, github('0'))).status).toBe(409);
    const told = gateway.log.filter((line) => line.includes('four fifths'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/"gate":"greedy","held":601,"most":750/);
    await gateway.drain();
    gateway = await start(gates, options);
    expect((await send(`${gateway.publicUrl}/greedy`, github('new'))).status).toBe(503);
    expect((await send(`${gateway.publicUrl}/quiet`, github('q2'))).status).toBe(200);
    expect((await send(`${gateway.publicUrl}/quiet`, github('q'))).status).toBe(409);
  });
});
