/** Every command that sends an event or judges it, of events whose bodies are not kept any more, or never were. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startDay } from './day-bench.ts';

type Day = Awaited<ReturnType<typeof startDay>>;

const BODY = Buffer.from('{"who":"Ana"}');
const DIGEST = { sha256: createHash('sha256').update(BODY).digest('hex'), bodyBytes: BODY.byteLength };

/** Each has a delivery to `shop` that is dead. */
const EVENTS: Readonly<Record<string, (day: Day) => Promise<string>>> = {
  async erased(day) {
    const id = await day.keep(1, { body: BODY }, [{ destination: 'shop' }]);
    await day.fail('shop');
    const { events } = await day.gateway.store.upkeep.erase({ ids: [id], matches: () => true });
    expect(events).toBe(1);
    return id;
  },
  async hashed(day) {
    const body = new Uint8Array(0);
    const id = await day.keep(1, { body, hashed: DIGEST }, [{ destination: 'shop' }]);
    await day.fail('shop');
    return id;
  },
};

const ERASED = 'the event was erased: there is nothing left to send';
const HASHED = 'a hash is kept in place of the event’s body: it cannot be sent';

describe.each([
  ['erased', ERASED, 'the event was erased: there is no request left to explain'],
  ['hashed', HASHED, 'only a hash of the event’s body is kept, so its proof cannot be checked'],
] as const)('an event that is %s', (how, sentence, short) => {
  const started = async () => {
    const day = await startDay();
    const id = await (EVENTS[how]?.(day) ?? '');
    return { ...day, id };
  };

  it.each([
    ['resend', (id: string) => ['events', 'resend', id]],
    ['resend to another', (id: string) => ['events', 'resend', id, '--to', 'shop']],
    ['a dry run of resend', (id: string) => ['events', 'resend', id, '--dry-run']],
    ['preview', (id: string) => ['deliveries', 'preview', id, 'shop']],
    ['redrive', (id: string) => ['deliveries', 'redrive', '--event', id]],
    ['a dry run of redrive', (id: string) => ['deliveries', 'redrive', '--event', id, '--dry-run']],
    [
      'redrive of a destination',
      (id: string) => ['deliveries', 'redrive', '--event', id, '--destination', 'shop', '--state', 'dead'],
    ],
  ] as const)('is refused by %s', async (_, args) => {
    const { id, ask } = await started();
    const { code, out, err } = await ask(args(id));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  it('is refused by explain and by events test, which say why', async () => {
    const { id, ask } = await started();
    expect(await ask(['explain', '--event', id])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(`countersign: ${short}`),
    });
    expect(await ask(['events', 'test', id])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the event was erased|the body of the event is not kept/),
    });
  });

  it('is passed over by a redrive of many, whatever its state, and stays as it is', async () => {
    const { id, ask, keep, gateway } = await started();
    await keep(2, {}, [{ destination: 'shop' }]);
    const before = await gateway.store.deliveries.get(id, 'shop');
    const { code, out, err } = await ask(['deliveries', 'redrive', '--destination', 'shop', '--since', '1d']);
    expect([code, out]).toEqual([0, 'No matching delivery can be redriven.\n']);
    expect(err).toContain('1 delivery is left out: the body of its event is not kept.\n');
    const waiting = ['deliveries', 'redrive', '--destination', 'shop', '--state', 'waiting', '--json'];
    expect(JSON.parse((await ask(waiting)).out)).toEqual({ changed: 1 });
    expect(await gateway.store.deliveries.get(id, 'shop')).toEqual(before);
  });

  it('is passed over by a resend of many', async () => {
    const { ask } = await started();
    const { code, out, err } = await ask(['events', 'resend', '--gate', 'open', '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { sent: 0, unsent: 0, passedOver: 1 }]);
    expect(err).toContain('1 event is left out: incomplete (erased, kept as a hash, or damaged).\n');
  });

  it('is named by follow, which sends nothing', async () => {
    const { id, ask } = await started();
    const { err } = await ask([
      'events',
      'follow',
      '--from',
      'start',
      '--once',
      '--to',
      'http://127.0.0.1:9',
    ]);
    const why = how === 'erased' ? 'it was erased' : 'its body is not kept';
    expect(err).toContain(`! The event ${id} is not sent: ${why}.\n`);
  });

  it('is shown without advice to redrive what cannot be sent', async () => {
    const { id, ask } = await started();
    const { out } = await ask(['events', 'show', id]);
    expect(out).toContain('shop  ');
    expect(out).not.toContain('redrive');
  });
});
