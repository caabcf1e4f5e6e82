/** News for the operator of two gateways on one store. */
import { expect, it } from 'vitest';
import { createOperatorEvents, type TellOperator } from '../../src/deliver/operator-events.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { NOW } from '../../src/testing/store-bench.ts';
import { later } from '../harness.ts';

const MINUTE = 60_000;

it('tells of given-up events once a minute for all gateways, and counts those of each', async () => {
  const store = await openStore(':memory:', { now: () => NOW });
  later(() => store.close());
  let monotonicMs = 0;
  let ids = 0;
  const logged: number[] = [];
  const tellers = Array.from(
    { length: 2 },
    (_, at): TellOperator =>
      createOperatorEvents({
        destination: () => 'ops',
        events: store.events,
        newEventId: () => event(++ids).id,
        wake: () => {},
        matching: () => undefined,
        monotonicMs: () => monotonicMs,
        log: {
          info: () => {},
          warn: () => void logged.push(at),
          error: () => {},
          writesInfo: true,
          flush: async () => {},
        },
      }),
  );
  const dead = { kind: 'event.exhausted', destination: 'a', gate: 'g', attempts: 1, code: 'status' } as const;
  const tell = async (at: number, nowMs: number): Promise<void> => {
    tellers[at]?.({ ...dead, nowMs, eventId: `of ${at}` });
    // What is kept after it is kept once it is.
    await store.events.keep(event(++ids, { gate: 'another' }));
  };
  const toldOf = async (): Promise<readonly unknown[]> => {
    const listed = await store.events.list({ limit: 100 });
    const events = await Promise.all(listed.map(({ id }) => store.events.get(id)));
    return events
      .filter((each) => each?.type === 'event.exhausted')
      .map((each) => JSON.parse(Buffer.from(each?.body ?? []).toString()).data)
      .map(({ eventId, others }) => [eventId, others])
      .toReversed();
  };
  await tell(0, NOW);
  await tell(1, NOW);
  await tell(1, NOW);
  expect(logged).toEqual([0, 1]);
  expect(await toldOf()).toEqual([['of 0', 0]]);
  monotonicMs += MINUTE;
  await tell(1, NOW + MINUTE);
  expect(await toldOf()).toEqual([
    ['of 0', 0],
    ['of 1', 2],
  ]);
});
