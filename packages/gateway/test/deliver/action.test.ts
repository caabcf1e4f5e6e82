/** What is particular to deliveries to an action. */
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Action,
  type ActionContext,
  ActionError,
  defineAction,
} from '../../src/actions/define-action.ts';
import type { Destination } from '../../src/deliver/destination.ts';
import { createActionDestination } from '../../src/deliver/destinations/action.ts';
import { progress } from '../../src/results/progress.ts';
import { messageOf, patience, until } from '../../src/testing/destination-bench.ts';
import { keptLog, type LoggedLine } from './receiving-actions.ts';

type Run = (input: Readonly<Record<string, unknown>>, context: ActionContext) => unknown;

interface Bench {
  readonly destination: Destination;
  readonly lines: readonly LoggedLine[];
}

async function open(run: Run, more: Partial<Action> = {}): Promise<Bench> {
  const action = defineAction({
    name: 'ship',
    description: 'Ships.',
    input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    ...more,
    run: run as Action['run'],
  });
  const { log, lines } = keptLog();
  const destination = await createActionDestination({ action, log, now: () => 5_000 });
  onTestFinished(() => destination.close());
  return { destination, lines };
}

it('knows the event, the attempt and the time that it has, and logs under them', async () => {
  const { promise, resolve } = Promise.withResolvers<Partial<ActionContext>>();
  const { destination, lines } = await open((_, context) => {
    context.log.info({ parcel: 7 }, 'shipped');
    resolve({ ...context });
    return '';
  });
  expect(await destination.send(messageOf(1, { attempt: 3 }), patience())).toEqual({ ok: true });
  const id = '01890000-0000-7000-8000-000000000001';
  expect(await promise).toMatchObject({
    gate: 'gate',
    requestId: id,
    eventId: id,
    idempotencyKey: `${id}.shop`,
    attempt: 3,
    keyId: 'main',
    verdict: undefined,
    deadlineAtMs: 20_000,
  });
  expect(lines).toEqual([
    {
      fields: { parcel: 7, gate: 'gate', action: 'ship', event: id, destination: 'shop' },
      message: 'shipped',
    },
  ]);
});

const NO_OBJECT =
  'The event is no input of the action ship: its body is neither a JSON object nor a form. Change the action’s schema, or make an input of the event by a transformation, and redrive the delivery.';

describe('its input', () => {
  it.each([
    ['members that it does not declare', 'application/json', '{"n":1,"more":[1]}', { n: 1, more: [1] }],
    [
      'a form',
      'application/x-www-form-urlencoded; charset=utf-8',
      'n=1&a=x&a=y&c=%C3%A4',
      { n: '1', a: ['x', 'y'], c: 'ä' },
    ],
  ])('is taken with %s', async (_, type, text, expected) => {
    const inputs: unknown[] = [];
    const { destination } = await open((input) => inputs.push(input), { input: { type: 'object' } });
    const message = messageOf(1, { headers: ['content-type', type], body: Buffer.from(text) });
    expect(await destination.send(message, patience())).toEqual({ ok: true });
    expect(inputs).toEqual([expected]);
  });

  it.each([
    ['[1]', NO_OBJECT],
    ['{"n":', NO_OBJECT],
    ['\xff', NO_OBJECT],
    [
      '{"n":"secret"}',
      'The event is no input of the action ship: see /n. Change the action’s schema, or make an input of the event by a transformation, and redrive the delivery.',
    ],
    [
      '{"n":1,"__proto__":1}',
      'The event is no input of the action ship: see /__proto__. Change the action’s schema, or make an input of the event by a transformation, and redrive the delivery.',
    ],
  ])('%s: no attempt mends it, and nothing is run', async (text, problem) => {
    const { destination } = await open(() => expect.fail('it ran'));
    const message = messageOf(1, { body: Buffer.from(text, 'latin1') });
    expect(await destination.send(message, patience())).toEqual({
      ok: false,
      code: 'action-failed',
      ends: 'delivery',
      problem,
    });
  });
});

describe('its failure', () => {
  it('is told in the words of an ActionError, and in none of another error’s; the log has both', async () => {
    const told = await open(() => {
      throw new ActionError('the parcel is lost');
    });
    expect(await told.destination.send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'action-failed',
      problem: 'The action ship failed: the parcel is lost. It is run again; the log has the error.',
    });
    const untold = await open(async () => {
      throw new Error('password 123');
    });
    expect(await untold.destination.send(messageOf(1), patience())).toEqual({
      ok: false,
      code: 'action-failed',
      problem:
        'The action ship threw an error. It is run again; see the log for the error, and mend the action.',
    });
    expect([...told.lines, ...untold.lines]).toMatchObject([
      {
        fields: { error: { message: 'the parcel is lost' }, destination: 'shop' },
        message: 'an action failed that an event was delivered to',
      },
      { fields: { error: { message: 'password 123' } } },
    ]);
  });

  it('may come while an answer is made that nobody reads', async () => {
    const steps: string[] = [];
    const { destination } = await open(() =>
      progress({}, async function* () {
        steps.push('first');
        yield 'first';
        steps.push('second');
        throw new ActionError('it stopped there');
      }),
    );
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ code: 'action-failed' });
    expect(steps).toEqual(['first', 'second']);
  });

  it('of a schema’s own code is one that another attempt may mend', async () => {
    const input = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: () => {
          throw new Error('no database');
        },
      },
    } as const;
    const { destination } = await open(() => '', { input });
    const result = await destination.send(messageOf(1), patience());
    expect(result).toMatchObject({ code: 'action-failed' });
    expect(result).not.toHaveProperty('ends');
  });
});

it('is told to stop, and has its turn until it has', async () => {
  const ends: (() => void)[] = [];
  const reasons: unknown[] = [];
  const { destination } = await open(
    (_, { signal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason.name));
      return new Promise<string>((resolve) => ends.push(() => resolve('')));
    },
    { concurrency: 1 },
  );
  const stop = new AbortController();
  const first = destination.send(messageOf(1), stop.signal);
  await until('it runs', () => ends.length === 1);
  stop.abort(new DOMException('late', 'TimeoutError'));
  expect(await first).toEqual({
    ok: false,
    code: 'timeout',
    throttles: true,
    problem:
      'The action ship did not end in time, and was told to stop. Make it faster, have it watch context.signal, or give it more time.',
  });
  expect(reasons).toEqual(['TimeoutError']);
  const second = destination.send(messageOf(2), patience());
  const gone = new AbortController();
  const third = destination.send(messageOf(3), gone.signal);
  gone.abort();
  expect(await third).toMatchObject({ code: 'cancelled' });
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await until('the second runs', () => ends.length === 2);
  ends[1]?.();
  expect(await second).toEqual({ ok: true });
});

it('its own deadline ends it before that of the attempt', async () => {
  const { destination } = await open(() => new Promise(() => {}), { deadlineMs: 10 });
  expect(await destination.send(messageOf(1), patience())).toMatchObject({ code: 'timeout' });
});

it('that cannot work is refused at the start', async () => {
  const { log } = keptLog();
  const action = { name: 'Bad name', description: 'x', input: { type: 'object' }, run: () => '' } as const;
  await expect(createActionDestination({ action, log })).rejects.toMatchObject({ name: 'SetupError' });
});
