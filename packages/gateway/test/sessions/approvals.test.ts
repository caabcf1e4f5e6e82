import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { between, isLong, longReason } from '../../../../scripts/effort.ts';
import { createSealedRecords } from '../../src/sealed/sealed-records.ts';
import { createApprovals } from '../../src/sessions/brokers/incode/approvals.ts';
import { UpstreamError } from '../../src/sessions/upstream-error.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { send, temporaryDir } from '../harness.ts';
import { giveUpKey } from '../sealed/give-up-key.ts';
import { ADMIN_TOKEN, API_KEY, PASSWORD, startIncodeUpstream } from './incode-upstream.ts';
import { startChild } from './start-child.ts';
import { finished, incodeInput, json, STORE_KEY, startBench, stepsIn } from './support.ts';

const IDS = Array.from({ length: 50 }, (_, n) => `int-${n}`);
const NOT_PASSED = { success: false, error: "Session didn't PASS, identity was not created" };
/** Several for each interview. */
const WEBHOOKS = 50 * between(2, 10);
const APPROVED = { success: true, token: 'person', totalScore: 95, existingCustomer: false };

describe('an approval that cannot be let go of', () => {
  it('is told in the log, and fails with what went wrong first', async () => {
    const store = await openStore('memory:');
    const told: object[] = [];
    const approvals = createApprovals({
      records: createSealedRecords({ records: store.records, space: 'approvals', sealer: undefined }),
      steps: {
        isPassed: async () => {
          await store.close();
          throw new UpstreamError('timeout', 'the score did not come');
        },
        approve: async () => ({}),
        findApproved: async () => undefined,
        declined: {},
        unconfirmed: {},
      },
      now: Date.now,
      wait: async () => {},
      callTimeoutMs: 1_000,
      tell: async () => {},
      log: { info: () => {}, error: () => {}, warn: (fields, message) => told.push({ ...fields, message }) },
    });
    await expect(approvals.approve('int-1')).rejects.toThrow('the score did not come');
    expect(told).toEqual([
      {
        interviewId: 'int-1',
        step: 'seen',
        error: expect.objectContaining({ name: 'StoreError' }),
        message: 'an approval could not be let go of; its lease ends by itself',
      },
    ]);
  });
});

describe('/approve', () => {
  it('approves where the score that it fetches is OK, and logs each step', async () => {
    const { post, upstream, gateway } = await startBench();
    const answer = json(await post('/approve', finished('int-1')));
    expect(answer).toEqual({ success: true, data: { ...APPROVED, uuid: 'uuid-int-1' } });
    expect(upstream.approved).toEqual(['int-1']);
    const steps = ['seen', 'scored', 'approving', 'approved'].map((step) => `int-1 ${step}`);
    expect(stepsIn(gateway.log)).toEqual(steps);
    expect(JSON.parse(gateway.log.find((line) => line.includes('approving')) ?? '')).toMatchObject({
      session: 'incode',
      interviewId: 'int-1',
      step: 'approving',
    });
  });

  it('believes no word of the webhook: a score that fails is not approved, and is looked at again', async () => {
    const { post, upstream } = await startBench();
    upstream.scoreOf = () => 'FAIL';
    const lie = { ...finished('int-1'), overall: { status: 'OK' }, score: 'OK' };
    expect(json(await post('/approve', lie))).toEqual(NOT_PASSED);
    expect(upstream.approved).toEqual([]);
    upstream.scoreOf = () => 'OK';
    expect(json(await post('/approve', finished('int-1')))['success']).toBe(true);
  });

  it('does nothing for another status, and answers 200', async () => {
    const { post, upstream } = await startBench();
    const answer = await post('/approve', {
      ...finished('int-1'),
      onboardingStatus: 'ID_VALIDATION_FINISHED',
    });
    expect([answer.status, json(answer)['success']]).toEqual([200, false]);
    expect(upstream.requests).toEqual([]);
  });

  it.each([
    [{}],
    [{ interviewId: 1, onboardingStatus: 'ONBOARDING_FINISHED' }],
    [{ interviewId: '../x', onboardingStatus: 'x' }],
    [{ interviewId: 'a' }],
  ])('refuses %j', async (body) => {
    const { post, upstream } = await startBench();
    expect((await post('/approve', body)).status).toBe(400);
    expect(upstream.requests).toEqual([]);
  });

  it(`${WEBHOOKS} concurrent webhooks for 50 interviews are 50 approvals, and equal answers each`, async () => {
    const { post, upstream } = await startBench();
    const sent = Array.from({ length: WEBHOOKS }, (_, n) => IDS[n % 50] ?? '');
    const answers = await Promise.all(sent.map((id) => post('/approve', finished(id))));
    for (const [n, answer] of answers.entries()) {
      expect(json(answer)).toEqual({ success: true, data: { ...APPROVED, uuid: `uuid-${sent[n]}` } });
    }
    expect([...upstream.approved].sort()).toEqual([...IDS].sort());
    expect(upstream.count('/executive/log-in')).toBe(1);
    expect(upstream.count('/omni/get/score')).toBe(50);
  });

  it('two gateways on one store approve once', async () => {
    const first = await startBench();
    const second = await startBench({}, { sharedStore: first.gateway.store, upstream: first.upstream });
    const ids = IDS.slice(0, 10);
    const answers = await Promise.all(
      ids.flatMap((id) => [first.post('/approve', finished(id)), second.post('/approve', finished(id))]),
    );
    for (let n = 0; n < ids.length; n++) expect(answers[2 * n]?.text).toBe(answers[2 * n + 1]?.text);
    expect([...first.upstream.approved].sort()).toEqual([...ids].sort());
    expect(first.upstream.count('/executive/log-in')).toBe(1);
  });

  it('gives repeats the first answer, also after a restart', async () => {
    const first = await startBench();
    const { text } = await first.post('/approve', finished('int-1'));
    await first.gateway.close();
    const second = await startBench({}, { dir: first.gateway.dir, upstream: first.upstream });
    expect((await second.post('/approve', finished('int-1'))).text).toBe(text);
    expect(first.upstream.approved).toEqual(['int-1']);
  });

  it('tries again with the next webhook where the approval was refused', async () => {
    const { post, upstream } = await startBench();
    upstream.intercept = ({ path }, response) =>
      path === '/omni/process/approve' && Boolean(response.writeHead(500).end('{}'));
    expect((await post('/approve', finished('int-1'))).status).toBe(502);
    upstream.intercept = () => false;
    expect(json(await post('/approve', finished('int-1')))['success']).toBe(true);
    expect(upstream.count('/omni/process/approve')).toBe(2);
    expect(upstream.approved).toEqual(['int-1']);
  });

  it.each([
    {
      statusTells: false,
      expected: { success: false, error: 'The approval was sent, and its answer was lost' },
    },
    { statusTells: true, expected: { success: true, data: { success: true } } },
  ])(
    'does not approve again where the answer was lost (the status tells: $statusTells)',
    async ({ statusTells, expected }) => {
      const { post, upstream, gateway } = await startBench();
      upstream.statusTells = statusTells;
      upstream.intercept = ({ path, query }, response) => {
        if (path !== '/omni/process/approve') return false;
        upstream.approved.push(query.get('interviewId') ?? '');
        response.destroy();
        return true;
      };
      expect((await post('/approve', finished('int-1'))).status).toBe(502);
      for (let n = 0; n < 3; n++) expect(json(await post('/approve', finished('int-1')))).toEqual(expected);
      expect(upstream.count('/omni/process/approve')).toBe(1);
      if (!statusTells)
        expect(gateway.log.join('')).toContain(
          'an approval was sent and its answer was lost; it is not sent again: look the interview up at the vendor',
        );
    },
  );

  it('does not approve where the record does not open, because the storeKey was lost', async () => {
    const first = await startBench();
    await first.post('/approve', finished('int-1'));
    await first.gateway.close();
    const storeKey = 'f'.repeat(64);
    await giveUpKey(first.gateway.dir, storeKey);
    const other = { dir: first.gateway.dir, upstream: first.upstream, storeKey };
    const second = await startBench({}, other);
    expect((await second.post('/approve', finished('int-1'))).status).toBe(500);
    expect(first.upstream.approved).toEqual(['int-1']);
  });
});

describe('a gateway that is killed', () => {
  const sendAll = (url: string) =>
    Promise.allSettled(
      Array.from({ length: WEBHOOKS }, (_, n) =>
        send(`${url}/approve`, {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(finished(IDS[n % 50] ?? '')),
        }),
      ),
    );

  const killed = [
    {
      when: 'an approval has arrived',
      path: '/omni/process/approve',
      after: 20,
      statusTells: true,
      unconfirmed: 0,
    },
    {
      when: 'an approval has arrived',
      path: '/omni/process/approve',
      after: 20,
      statusTells: false,
      unconfirmed: 1,
    },
    { when: 'a score was asked for', path: '/omni/get/score', after: 30, statusTells: false, unconfirmed: 0 },
    {
      when: 'the first score was asked for',
      path: '/omni/get/score',
      after: 1,
      statusTells: false,
      unconfirmed: 0,
    },
  ];
  it.skipIf(!isLong).each(killed)(
    `when $when ($after) makes 50 approvals of 50 interviews, before and after together (the status tells: $statusTells)${longReason}`,
    async ({ path, after, statusTells, unconfirmed }) => {
      const dir = temporaryDir();
      const upstream = await startIncodeUpstream();
      upstream.statusTells = statusTells;
      const session = incodeInput(upstream.url);
      const first = await startChild(dir, session);
      upstream.intercept = (request, response) => {
        // Scores are held back, so that no approval is on its way meanwhile.
        if (upstream.count(path) < after) return request.path === '/omni/get/score' && path === request.path;
        // The upstream does it, and nobody is there for the answer.
        if (request.path === '/omni/process/approve')
          upstream.approved.push(request.query.get('interviewId') ?? '');
        first.child.kill('SIGKILL');
        response.destroy();
        return true;
      };
      const [before] = await Promise.all([sendAll(first.url), once(first.child, 'exit')]);
      expect(before.some(({ status }) => status === 'rejected')).toBe(true);
      upstream.intercept = () => false;
      const doneBefore = upstream.approved.length;
      expect(doneBefore).toBeLessThan(50);

      // A minute later by its clock, so that what the dead one held is free.
      const second = await startChild(dir, session, 60_000);
      const answers = (await sendAll(second.url)).map((one) =>
        one.status === 'fulfilled' ? json(one.value) : {},
      );
      expect([...upstream.approved].sort()).toEqual([...IDS].sort());
      const failed = answers.filter(({ success }) => success !== true);
      expect(failed.length).toBe(unconfirmed * (WEBHOOKS / 50));
      const everything = [...first.log, ...second.log].join('\n');
      for (const secret of [API_KEY, PASSWORD, ADMIN_TOKEN, STORE_KEY])
        expect(everything).not.toContain(secret);
    },
  );

  it('goes on with what it left, without another webhook', async () => {
    const dir = temporaryDir();
    const upstream = await startIncodeUpstream();
    const session = incodeInput(upstream.url);
    const first = await startChild(dir, session);
    let onApproved: () => void = () => {};
    const approvedLater = new Promise<void>((resolve) => {
      onApproved = resolve;
    });
    // Killed between the score and the approval: while the approval of another interview holds the turn.
    upstream.intercept = ({ path, query }) => {
      if (path !== '/omni/process/approve') return false;
      if (query.get('interviewId') === 'int-2') onApproved();
      return query.get('interviewId') === 'int-1';
    };
    const lost = [send(`${first.url}/approve`, { body: JSON.stringify(finished('int-1')) })];
    await logged(first.log, 'int-1 approving');
    lost.push(send(`${first.url}/approve`, { body: JSON.stringify(finished('int-2')) }));
    await logged(first.log, 'int-2 scored');
    first.child.kill('SIGKILL');
    await Promise.allSettled(lost);
    expect(upstream.count('/omni/process/approve')).toBe(1);
    const second = await startChild(dir, session, 60_000);
    await approvedLater;
    await logged(second.log, 'int-2 approved');
    expect(upstream.approved).toEqual(['int-2']);
    expect(upstream.count('/omni/get/score')).toBe(2);
  });
});

/** Waits until a log, which grows with the child's output, has a step. */
async function logged(log: readonly string[], step: string): Promise<void> {
  await expect.poll(() => stepsIn(log), { timeout: 20_000, interval: 10 }).toContain(step);
}
