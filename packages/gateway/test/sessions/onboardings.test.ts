/** What an operator sees of the onboardings of a session: without anybody’s name, bounded, and of what the vendor has said alone. */
import { createAdminClient, type OnboardingView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { makePasswordHash } from '../../src/passwords/make-password-hash.ts';
import { MAX_ONBOARDINGS, Onboardings } from '../../src/sessions/onboardings.ts';
import { finished, json, startBench } from './support.ts';

const NOW_MS = Date.parse('2026-01-02T03:04:05Z');
const AT = '2026-01-02T03:04:05.000Z';

async function started(...[session, options]: Parameters<typeof startBench>) {
  const bench = await startBench(session, { now: () => NOW_MS, ...options });
  const { adminUrl = '', adminToken } = bench.gateway;
  const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
  const list = async (): Promise<readonly OnboardingView[]> =>
    (await client.call('onboardings'))[0]?.onboardings ?? [];
  return { ...bench, client, list };
}

describe('onboardings of a session', () => {
  it('are shown as they go: started, asked, finished, failed, approved; of the id only the end', async () => {
    const { get, post, list, upstream, client } = await started();
    expect(await client.call('onboardings')).toEqual([{ session: 'incode', onboardings: [] }]);
    const { uniqueId } = json(await get('/start'));
    const begun = { idEnd: '-1', startedAt: AT, seenAt: AT };
    expect(await list()).toEqual([{ ...begun, state: 'started' }]);
    await get(`/start?uniqueId=${String(uniqueId)}`);
    expect(await list()).toHaveLength(1);

    upstream.intercept = ({ path }, response) =>
      path.endsWith('/status') && Boolean(response.end('{"onboardingStatus":"ID_CAPTURED"}'));
    await get('/onboarding-status?interviewId=int-1');
    expect(await list()).toEqual([{ ...begun, state: 'asked', status: 'ID_CAPTURED' }]);
    upstream.intercept = () => false;
    await get('/onboarding-status?interviewId=int-1');
    const finishedAtVendor = { ...begun, state: 'finished', status: 'ONBOARDING_FINISHED' };
    expect(await list()).toEqual([finishedAtVendor]);
    upstream.intercept = (_, response) => Boolean(response.writeHead(500).end('{}'));
    expect((await get('/fetch-score?interviewId=int-1')).status).toBe(502);
    expect((await list())[0]).toEqual({ ...finishedAtVendor, state: 'failed' });
    upstream.intercept = () => false;
    expect((await get('/fetch-score?interviewId=int-1')).status).toBe(200);
    expect((await list())[0]).toEqual(finishedAtVendor);

    expect((await post('/approve', finished('int-1'))).status).toBe(200);
    expect((await list())[0]).toEqual({ ...finishedAtVendor, state: 'approved' });
    // To read its status undoes nothing.
    await get('/onboarding-status?interviewId=int-1');
    expect((await list())[0]?.state).toBe('approved');
  });

  it('say what a webhook says where it is proved; where anybody may send one, nothing', async () => {
    const open = await started();
    await open.post('/webhook', finished('int-7'));
    expect(await open.list()).toEqual([]);
    const secret = 'the secret of the webhooks, long enough';
    const proved = await started({ auth: { secret } });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await proved.post('/webhook', finished('int-7'), { headers })).status).toBe(200);
    expect(await proved.list()).toEqual([
      { idEnd: '-7', state: 'finished', status: 'ONBOARDING_FINISHED', seenAt: AT },
    ]);
    const named = { interviewId: 'int-8', onboardingStatus: 'Ada Lovelace, London' };
    expect((await proved.post('/webhook', named, { headers })).status).toBe(200);
    expect((await proved.list())[0]).toEqual({ idEnd: '-8', state: 'asked', seenAt: AT });
  });

  it('do not list what a caller has made up', async () => {
    const { get, list, upstream } = await started();
    upstream.intercept = (_, response) => Boolean(response.writeHead(404).end('{}'));
    await get('/onboarding-status?interviewId=anybody');
    await get('/fetch-score?interviewId=anybody');
    expect(await list()).toEqual([]);
  });

  it('are an operator’s to see', async () => {
    const password = await makePasswordHash('a password that is long enough');
    const { gateway } = await started({}, { admin: { users: [{ name: 'vera', role: 'viewer', password }] } });
    const logIn = await fetch(`${gateway.adminUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: gateway.adminUrl ?? '' },
      body: JSON.stringify({ name: 'vera', password: 'a password that is long enough' }),
    });
    const cookie = logIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await fetch(`${gateway.adminUrl}/api/onboardings`, { headers: { cookie } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('role-not-enough');
  });
});

describe('the list', () => {
  it('holds so many, and forgets those that were not seen for longest', () => {
    let nowMs = 0;
    const onboardings = new Onboardings(() => nowMs++);
    for (let i = 0; i < MAX_ONBOARDINGS; i++) onboardings.note(`interview-${1000 + i}`, 'started');
    onboardings.note('interview-1000', 'asked', 'UNKNOWN');
    onboardings.note('interview-2000', 'started');
    const ends = onboardings.list().map(({ idEnd }) => idEnd);
    expect(ends).toHaveLength(MAX_ONBOARDINGS);
    expect(ends.slice(0, 2)).toEqual(['w-2000', 'w-1000']);
    expect(ends).not.toContain('w-1001');
    expect(JSON.stringify(onboardings.list())).not.toContain('interview');
  });
});
