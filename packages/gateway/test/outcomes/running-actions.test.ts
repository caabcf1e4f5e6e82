/** How an answering gate runs actions: context, deadline, concurrency, failures, streams. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { actionsModule, flowentBody, SECRET, send, start } from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];

/** What an actions module of these tests shares with the test that wrote it. */
interface Control {
  running: number;
  most: number;
  readonly ran: string[];
  /** Resolves each time that `running` reaches `count`. */
  reaches(count: number): Promise<void>;
  end(): void;
  readonly seen: Record<string, unknown>[];
}

const CONTROL = `
const waiters = [];
let end; const ended = new Promise((resolve) => { end = resolve; });
const control = {
  running: 0, most: 0, ran: [], seen: [], end,
  reaches: (count) => new Promise((resolve) => { waiters.push({ count, resolve }); check(); }),
};
const check = () => { for (const w of waiters) if (control.running >= w.count) w.resolve(); };
const enter = (name) => { control.ran.push(name); control.most = Math.max(control.most, ++control.running); check(); };
const leave = () => { control.running--; };
globalThis.countersignControl = control;
`;

async function gatewayOf(source: string, gate: object = {}) {
  const answer = { actions: actionsModule(CONTROL + source) };
  const gateway = await start({
    f: { path: '/actions/:action', provider: 'flowent', keys, answer, ...gate },
  });
  const control = (globalThis as unknown as { countersignControl: Control }).countersignControl;
  const call = (action: string, parameters: object = {}) =>
    send(`${gateway.publicUrl}/actions/${action}`, { body: flowentBody(action, parameters) });
  return { gateway, control, call };
}

const SLOW = (more: string): string => `
export const slow = { name: 'slow', description: 'Ends when told to.',
  input: { type: 'object', properties: { n: { type: 'integer' } } }, ${more}
  run: async ({ n }) => { enter(n); await ended; leave(); return 'done ' + n; } };`;

describe('concurrency', () => {
  it('runs no more at once than may, makes the others wait in order, and loses none', async () => {
    const { control, call } = await gatewayOf(SLOW('concurrency: 10,'));
    const sent = Array.from({ length: 200 }, (_, n) => call('slow', { n }));
    await control.reaches(10);
    control.end();
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(200));
    expect(control.most).toBe(10);
    expect(new Set(control.ran).size).toBe(200);
    expect(control.ran).toHaveLength(200);
  });

  it('answers 503 with Retry-After where as many wait as may, and takes the same request again later', async () => {
    const { gateway, control, call } = await gatewayOf(SLOW('concurrency: 1, queue: 1,'));
    const first = call('slow', { n: 1 });
    await control.reaches(1);
    const second = call('slow', { n: 2 });
    const third = flowentBody('slow', { n: 3 });
    const full = gateway.nextRecord();
    const post = () => send(`${gateway.publicUrl}/actions/slow`, { body: third });
    // Two more than one may wait: whichever comes last is sent away at once.
    const tried = post();
    expect(await full).toMatchObject({ reason: 'action-busy', status: 503 });
    control.end();
    const answers = await Promise.all([first, second, tried]);
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy).toMatchObject([{ text: '{"error":"unavailable"}', headers: { 'retry-after': '1' } }]);
    if (answers[2]?.status === 503) expect((await post()).status).toBe(200);
    expect(control.most).toBe(1);
  });

  it('answers 503 to a call whose turn does not come before its deadline', async () => {
    const { gateway, control, call } = await gatewayOf(SLOW('concurrency: 1, deadlineMs: 500,'));
    const first = call('slow', { n: 1 });
    await control.reaches(1);
    const second = await call('slow', { n: 2 });
    expect(second).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await first).status).toBe(500);
    expect(gateway.records.map(({ reason }) => reason).sort()).toEqual(['action-busy', 'action-timeout']);
    control.end();
    // The turn that the late action held is free again.
    expect((await call('slow', { n: 3 })).status).toBe(200);
    expect(control.ran).toEqual([1, 3]);
  });

  it('runs nothing whose turn comes after its deadline: a loop that was held up', async () => {
    const { gateway, control, call } = await gatewayOf(`
      export const slow = { name: 'slow', description: 'Holds the loop up.', concurrency: 1, deadlineMs: ${isLong ? 1000 : 500},
        input: { type: 'object', properties: { n: { type: 'integer' } } },
        run: async ({ n }) => { enter(n); await ended; for (const until = Date.now() + ${isLong ? 1100 : 550}; Date.now() < until; ); leave(); return ''; } };`);
    const first = call('slow', { n: 1 });
    await control.reaches(1);
    const second = call('slow', { n: 2 });
    while (gateway.gates[0]?.actions?.[0]?.turns.waiting !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    control.end();
    expect([(await first).status, (await second).status]).toEqual([200, 503]);
    expect(control.ran).toEqual([1]);
    expect((await call('slow', { n: 3 })).status).toBe(200);
  });

  it('does not count what ends at once, and counts each action for itself', async () => {
    const { control, call } = await gatewayOf(`${SLOW('concurrency: 1, queue: 0,')}
      export const quick = { name: 'quick', description: 'Ends at once.', input: { type: 'object' }, concurrency: 1, queue: 0,
        run: () => 'quick' };`);
    const slow = call('slow', { n: 1 });
    await control.reaches(1);
    const quick = await Promise.all(
      Array.from({ length: 20 }, (_, n) => call('quick', {}).then(({ status }) => [n, status])),
    );
    // Calls that are equal within a second are repeats: at least one of them ran.
    expect(quick.some(([, status]) => status === 200)).toBe(true);
    expect(quick.every(([, status]) => status === 200 || status === 409)).toBe(true);
    control.end();
    expect((await slow).status).toBe(200);
  });
});

describe('a stop', () => {
  it('finishes what runs and answers what waits with 503', async () => {
    const { gateway, control, call } = await gatewayOf(SLOW('concurrency: 10,'));
    const sent = Array.from({ length: 200 }, (_, n) => call('slow', { n }));
    const turns = gateway.gates[0]?.actions[0]?.turns;
    while (turns?.waiting !== 190) await new Promise(setImmediate);
    const sentAway = Promise.all(Array.from({ length: 190 }, () => gateway.nextRecord()));
    const drained = gateway.drain();
    for (const record of await sentAway) expect(record).toMatchObject({ reason: 'draining', status: 503 });
    control.end();
    const answers = await Promise.all(sent);
    await drained;
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(190);
    for (const { headers } of refused) expect(headers['retry-after']).toBe('1');
    expect(control.ran).toHaveLength(10);
  });
});

describe('the context', () => {
  it('tells an action of its call', async () => {
    const { gateway, control, call } = await gatewayOf(`
      let tries = 0;
      export const look = { name: 'look', description: 'Looks.', input: { type: 'object', properties: { n: { type: 'integer' } } },
        deadlineMs: 5000,
        run: async (input, context) => {
          const { gate, requestId, eventId, idempotencyKey, attempt, keyId, verdict, deadlineAtMs, fields } = context;
          control.seen.push({ gate, requestId, eventId, idempotencyKey, attempt, keyId, ok: verdict.ok, fields: fields.size,
            leftMs: deadlineAtMs - Date.now(), aborted: context.signal.aborted });
          context.log.info({ n: input.n }, 'looked');
          if (++tries === 1) throw new Error('the first try');
          return 'seen';
        } };`);
    const body = flowentBody('look', { n: 7 });
    const post = () => send(`${gateway.publicUrl}/actions/look`, { body });
    expect((await post()).status).toBe(500);
    expect((await post()).status).toBe(200);
    expect((await call('look', { n: 8 })).status).toBe(200);
    const [first, second, other] = control.seen;
    expect(first).toMatchObject({
      gate: 'f',
      keyId: 'main',
      attempt: 1,
      ok: true,
      fields: 0,
      aborted: false,
    });
    expect(first?.['leftMs']).toSatisfy((ms: number) => ms > 4000 && ms <= 5000);
    expect(first?.['eventId']).toBe(first?.['requestId']);
    // One request, tried twice.
    expect(second).toMatchObject({ attempt: 2, idempotencyKey: first?.['idempotencyKey'] });
    expect(second?.['requestId']).not.toBe(first?.['requestId']);
    expect(other).toMatchObject({ attempt: 1 });
    expect(other?.['idempotencyKey']).not.toBe(first?.['idempotencyKey']);
    expect(first?.['idempotencyKey']).toMatch(/^[0-9a-f]{32}$/);
    const line = gateway.log.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'looked');
    expect(line).toMatchObject({ gate: 'f', action: 'look', requestId: first?.['requestId'], n: 7 });
  });

  it('has the sender’s id where the signature covers it', async () => {
    const seen: unknown[] = [];
    Object.assign(globalThis, { countersignSeen: seen });
    const actions = actionsModule(`export const look = { name: 'look', description: 'Looks.',
      input: { type: 'object', additionalProperties: true },
      run: (input, { eventId }) => { globalThis.countersignSeen.push(eventId); return {}; } };`);
    const hookKeys = [{ secret: `whsec_${Buffer.from(SECRET).toString('base64')}` }];
    const gateway = await start({
      hooks: { path: '/hooks', provider: 'standard-webhooks', keys: hookKeys, answer: { actions } },
    });
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', SECRET).update(`evt_1.${timestamp}.{}`).digest('base64');
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    };
    expect(await send(`${gateway.publicUrl}/hooks`, { headers, body: '{}' })).toMatchObject({ status: 200 });
    expect(seen).toEqual(['evt_1']);
  });

  it('aborts its signal with the deadline', async () => {
    const { control, call } = await gatewayOf(`
      export const wait = { name: 'wait', description: 'Waits for the end.', input: { type: 'object' }, deadlineMs: 50,
        run: (input, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => {
          control.seen.push({ reason: signal.reason.message }); resolve('late'); })) };`);
    const answer = await call('wait');
    expect(answer).toMatchObject({ status: 500, text: '{"result":"","error":"the action took too long"}' });
    expect(control.seen).toEqual([{ reason: 'the action took too long' }]);
  });
});

describe('a failure', () => {
  const failing = `
    import { ActionError } from ${JSON.stringify(new URL('../../src/actions/writing-actions.ts', import.meta.url).href)};
    const input = { type: 'object' };
    export const gone = { name: 'gone', description: 'Is gone.', input, run: () => { throw new ActionError('no such user', { status: 404 }); } };
    export const told = { name: 'told', description: 'Tells.', input, run: async () => { throw new ActionError('the mailbox is full'); } };
    export const bug = { name: 'bug', description: 'Has a bug.', input, run: () => { throw new TypeError('password=hunter2'); } };
    export const odd = { name: 'odd', description: 'Throws no error.', input, run: async () => { throw undefined; } };
    export const nothing = { name: 'nothing', description: 'Returns nothing.', input, run: () => {} };
    export const circle = { name: 'circle', description: 'Cannot be sent.', input, run: () => { const o = {}; o.o = o; return o; } };`;

  it('tells the caller what an ActionError says, with its status, and nothing else', async () => {
    const { gateway, call } = await gatewayOf(failing);
    expect(await call('gone')).toMatchObject({ status: 404, text: '{"result":"","error":"no such user"}' });
    expect(await call('told')).toMatchObject({
      status: 500,
      text: '{"result":"","error":"the mailbox is full"}',
    });
    for (const name of ['bug', 'odd', 'nothing', 'circle']) {
      expect(await call(name)).toMatchObject({
        status: 500,
        text: '{"result":"","error":"the action failed"}',
      });
    }
    expect(gateway.log.join('')).toContain('hunter2');
    expect(new Set(gateway.records.map(({ reason }) => reason))).toEqual(new Set(['action-failed']));
  });

  it('of an input schema’s own code is answered neutrally', async () => {
    const { gateway, call } = await gatewayOf(`
      const broken = { '~standard': { version: 1, vendor: 'test', validate: () => { throw new Error('hunter2'); } } };
      export const bug = { name: 'bug', description: 'Has a bug.', input: broken, run: () => 'never' };`);
    expect(await call('bug')).toMatchObject({
      status: 500,
      text: '{"result":"","error":"the action failed"}',
    });
    expect(gateway.log.join('')).toContain('hunter2');
  });
});

describe('a request that outlasts its claim’s lease', () => {
  it('is not run a second time beside itself', async () => {
    const { gateway, control } = await gatewayOf(SLOW('deadlineMs: 60000,'), { replay: { lease: '1ms' } });
    const body = flowentBody('slow', { n: 1 });
    const post = () => send(`${gateway.publicUrl}/actions/slow`, { body });
    const first = post();
    await control.reaches(1);
    const before = Date.now();
    while (Date.now() - before < 3) await new Promise(setImmediate);
    expect(await post()).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
    control.end();
    expect((await first).status).toBe(200);
    expect((await post()).status).toBe(409);
    expect(control.ran).toEqual([1]);
  });
});
