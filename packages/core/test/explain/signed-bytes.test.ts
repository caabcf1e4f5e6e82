/** Prevents: a difference that is shown between what was signed and what arrived, and that is not the difference. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteDiff, diffBytes, explain, gateAt } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';
import { turnsMs } from '../support/turns.ts';

const SECRET = 'the-shared-secret-of-this-gate';

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** What a diff makes of either side. */
function sideOf({ segments }: ByteDiff, side: 'signed' | 'arrived'): string {
  return segments
    .filter(({ kind }) => kind === 'same' || kind === `${side}-only`)
    .map(({ bytes }) => text(bytes))
    .join('');
}

async function shown(signed: string, arrived: string): Promise<readonly string[]> {
  const { segments } = await diffBytes(Buffer.from(signed), Buffer.from(arrived));
  const signs = { same: '=', 'signed-only': '-', 'arrived-only': '+' };
  return segments.map(({ kind, bytes }) => `${signs[kind]}${text(bytes)}`);
}

describe('the difference of two texts of bytes', () => {
  it.each([
    ['{"a":1}', '{"a":1}', ['={"a":1}']],
    ['{"a": 1, "b": 2}', '{"a":1,"b":2}', ['={"a":', '- ', '=1,', '- ', '="b":', '- ', '=2}']],
    ['{}\n', '{}', ['={}', '-\n']],
    ['{}', '\uFEFF{}', ['+ï»¿', '={}']],
    ['', 'x', ['+x']],
    ['', '', []],
  ])('%j, and %j that arrived', async (signed, arrived, expected) => {
    expect(await shown(signed, arrived)).toEqual(expected);
  });

  it('its segments are the whole of both, in turn and with their places', async () => {
    const piece = fc.oneof(fc.constantFrom('{"a":1}', ' ', '\n', 'été'), fc.string({ maxLength: 400 }));
    const bytes = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join('')));
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (signed, arrived) => {
        const diff = await diffBytes(signed, arrived);
        expect(sideOf(diff, 'signed')).toBe(text(signed));
        expect(sideOf(diff, 'arrived')).toBe(text(arrived));
        for (const { kind, offset, bytes: own } of diff.segments) {
          const whole = kind === 'signed-only' ? signed : arrived;
          expect(text(whole.subarray(offset, offset + own.length))).toBe(text(own));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of the longest that differ throughout it holds the loop for less than 5 ms at a time', async () => {
    const signed = Buffer.from(Array.from({ length: 80_000 }, (_, i) => (i * 7919) % 251));
    const arrived = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 104_729) % 241));
    const longMs: number[] = [];
    // The first ones are compiled, and a busy machine interrupts some.
    for (let run = 0; run < 5; run++) {
      const turns = (await turnsMs(() => diffBytes(signed, arrived))).toSorted((a, b) => a - b);
      expect(turns.length).toBeGreaterThan(100);
      longMs.push(turns[Math.floor(turns.length * 0.99)] ?? 0);
    }
    expect(Math.min(...longMs)).toBeLessThan(5);
    const diff = await diffBytes(signed, arrived);
    expect(diff.cut).toEqual({ signed: 80_000 - 65_536, arrived: 70_000 - 65_536 });
    expect(sideOf(diff, 'signed')).toBe(text(signed.subarray(0, 65_536)));
  });
});

describe('what was signed, beside what arrived', () => {
  async function explained(signed: string, arrived: string, ownSecret = SECRET) {
    const gate = createGate({ provider: 'github', keys: [ownSecret] });
    const signature = createHmac('sha256', SECRET).update(signed).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-type': 'application/json' };
    return explain({ method: 'POST', url: '/hook', headers, body: arrived }, gate, { budgetMs: 10_000 });
  }

  it('of a body that was written anew on its way', async () => {
    const { signed, findings } = await explained('{"a": 1, "b": 2}', '{"a":1,"b":2}');
    expect(signed && { ...signed, signed: text(signed.signed), arrived: text(signed.arrived) }).toEqual({
      finding: findings[0]?.id,
      of: 'message',
      signed: '{"a": 1, "b": 2}',
      arrived: '{"a":1,"b":2}',
    });
  });

  it('nothing where a key is another, or nothing was found out', async () => {
    expect((await explained('{"a":1}', '{"a":1}', `${SECRET}\n`)).signed).toBeUndefined();
    expect((await explained('{"a":1}', '{"a":2}')).signed).toBeUndefined();
    expect((await explained('{"a":1}', '{"a":1}')).signed).toBeUndefined();
  });

  it('of two mistakes at once', async () => {
    const { signed, findings } = await explained('{"a": 1}\n', '{"a": 1}', `"${SECRET}"`);
    expect(findings[0]?.id).toContain('+');
    expect(signed && text(signed.signed)).toBe('{"a": 1}\n');
  });

  it('the body, where the message has its digest only', async () => {
    const body = '{"a": 1}\n';
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    const params = '("@method" "content-digest");created=1760000000;keyid="k"';
    const base = `"@method": POST\n"content-digest": ${digest}\n"@signature-params": ${params}`;
    const signature = createHmac('sha256', SECRET).update(base).digest('base64');
    const gate = createGate({
      provider: { id: 'http-message-signatures', components: ['@method', 'content-digest'] },
      keys: [{ id: 'k', secret: SECRET }],
      now: () => 1_760_000_001_000,
    });
    const headers = {
      'content-digest': digest,
      'signature-input': `sig=${params}`,
      signature: `sig=:${signature}:`,
    };
    const request = { method: 'POST', url: '/in', headers, body: '{"a": 1}' };
    const { signed } = await explain(request, gate, { budgetMs: 10_000 });
    expect(signed && [signed.of, text(signed.signed), text(signed.arrived)]).toEqual([
      'body',
      body,
      '{"a": 1}',
    ]);
  });
});

it('a gate at another time judges with the same keys, and counts no hits', async () => {
  const signedMs = 1_700_000_000_000;
  const gate = createGate({ provider: 'stripe', keys: [SECRET], now: () => signedMs });
  const request = await gate.sign({ method: 'POST', url: '/in', body: '{}' });
  expect(await gateAt(gate, signedMs + 3_600_000).verify(request)).toMatchObject({ reason: 'expired' });
  expect(await gateAt(gate, signedMs + 1000).verify(request)).toMatchObject({ ok: true });
  expect(gate.keys.list()[0]?.hits).toBe(0);
});
