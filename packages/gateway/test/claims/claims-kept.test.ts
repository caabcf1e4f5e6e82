/** Claims over restarts, and the room that gates share: what was taken once is refused while it would be fresh. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import { SECRET, send, start, temporaryDir } from '../harness.ts';

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
