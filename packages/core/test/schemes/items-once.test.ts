/** Items that are signed one by one: each is taken once, whatever it comes with. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  failed,
  type Gate,
  type GateOptions,
  type RequestParts,
  replyTo,
  writtenScheme,
} from '../../src/index.ts';

const KEY = 'a secret of thirty-two characters';
const mac = (message: string): string => createHmac('sha256', KEY).update(message).digest('hex');

function optionsOf(scheme: object): GateOptions {
  return { scheme: writtenScheme({ algorithm: 'hmac-sha256', ...scheme }), keys: [KEY] };
}

const gateOf = (scheme: object): Gate => createGate(optionsOf(scheme));

const post = (body: unknown): RequestParts => ({
  method: 'POST',
  url: '/hook',
  headers: {},
  body: JSON.stringify(body),
});

describe('items that were taken once', () => {
  const scheme = { each: 'items.*', signature: { member: 'sig' }, message: '{member:id}' };
  const bodyOf = (...ids: readonly number[]) => ({ items: ids.map((id) => ({ id, sig: mac(`${id}`) })) });
  const statusOf = async (
    gate: Gate,
    ids: readonly number[],
    act: Parameters<Gate['receive']>[1] = () => done(),
  ) => replyTo(await gate.receive(post(bodyOf(...ids)), act)).status;

  it.each<[string, readonly number[], readonly number[]]>([
    ['alone', [1, 2], [2]],
    ['in another order', [1, 2, 3], [3, 1, 2]],
    ['with another one', [1], [1, 4]],
    ['behind another one', [1], [4, 1]],
    ['several times', [1], [1, 1]],
    ['with those of another request', [1, 2], [5, 2]],
  ])('are not taken again %s', async (_how, first, again) => {
    const gate = gateOf(scheme);
    expect(await statusOf(gate, first)).toBe(200);
    expect(await statusOf(gate, first)).toBe(409);
    const taken: number[] = [];
    const refused = await gate.receive(post(bodyOf(...again)), () => {
      taken.push(1);
      return done();
    });
    expect([refused.kind, taken]).toEqual(['refused', []]);
  });

  it('with one that was not are refused in words of their own', async () => {
    const gate = gateOf(scheme);
    await statusOf(gate, [1]);
    expect(await gate.receive(post(bodyOf(4, 1)), () => done())).toMatchObject({
      verdict: {
        reason: 'replayed',
        message: 'an item of the request came before, with others or alone',
        remedy: 'The sender must send again what it sent first, and no other items with it.',
      },
    });
  });

  it('whatever is sent, each is done once', async () => {
    const lists = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lists, async (requests) => {
        const gate = gateOf(scheme);
        const taken: number[] = [];
        for (const ids of requests) {
          const act = () => {
            taken.push(...ids);
            return done();
          };
          await gate.receive(post(bodyOf(...ids)), act);
        }
        expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted());
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('whose sender hears that they were received are never such that one was not', async () => {
    const gate = createGate({ ...optionsOf(scheme), repeats: 'acknowledge' });
    expect(await statusOf(gate, [1, 2])).toBe(200);
    expect(await statusOf(gate, [1, 2])).toBe(200);
    expect(await statusOf(gate, [2])).toBe(200);
    expect(await statusOf(gate, [2, 3])).toBe(409);
    expect(await statusOf(gate, [3])).toBe(200);
  });

  it('are free again where the request came to nothing', async () => {
    const gate = gateOf(scheme);
    expect(await statusOf(gate, [1, 2], () => failed())).toBe(500);
    expect(await statusOf(gate, [2])).toBe(200);
    expect(await statusOf(gate, [1, 2])).toBe(409);
    expect(await statusOf(gate, [1])).toBe(200);
  });
});
