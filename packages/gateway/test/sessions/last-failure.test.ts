/** What an operator reads of a session whose vendor's server fails: on the admin API, and in the log. */
import { createAdminClient, type SessionView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { failureView, upstreamRemedy } from '../../src/sessions/last-failure.ts';
import { UpstreamError } from '../../src/sessions/upstream-error.ts';
import { TokenError } from '../../src/tokens/token-error.ts';
import { ADMIN_TOKEN, type IncodeUpstream } from './incode-upstream.ts';
import { startBench } from './support.ts';

const START = '/start';
const SCORE = '/fetch-score?interviewId=int-1';
const AT = '2026-01-02T03:04:05.000Z';

type Intercept = IncodeUpstream['intercept'];
const answering =
  (status: number, body = '{}'): Intercept =>
  (_, response) =>
    Boolean(response.writeHead(status).end(body));

const STATUS_PAGE =
  'Look at the vendor’s status page: the fault is in its server. The next call tries again.';
const CREDENTIALS =
  'Compare the credentials in the session’s configuration with the vendor’s: they are wrong, revoked, or lack a right.';
const RIGHTS = 'Look at the account’s rights with the vendor, and whether it is logged in elsewhere as well.';
const IDS =
  'Compare the address, the ids and the scope in the session’s configuration with what the vendor asks for.';

async function started(...[session, options]: Parameters<typeof startBench>) {
  const bench = await startBench(session, { ...options, now: () => Date.parse(AT) });
  const { adminUrl = '', adminToken } = bench.gateway;
  const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
  return { ...bench, view: async () => (await client.call('sessions'))[0] as SessionView };
}

describe('a session whose upstream fails shows why, and what to do', () => {
  it.each<readonly [what: string, path: string, intercept: Intercept, message: RegExp, remedy: string]>([
    ['answers 500', START, answering(500), /POST .*\/omni\/start was answered 500\.$/, STATUS_PAGE],
    ['refuses the API key', START, answering(403), /was answered 403\.$/, CREDENTIALS],
    ['does not know the flow', START, answering(400), /was answered 400\.$/, IDS],
    ['redirects', START, answering(302), /was answered 302\.$/, IDS],
    ['refuses the log-in', SCORE, answering(401), /\/executive\/log-in was answered 401\.$/, CREDENTIALS],
    ['fails at the log-in', SCORE, answering(503), /\/executive\/log-in was answered 503\.$/, STATUS_PAGE],
    [
      'answers with a page',
      START,
      answering(200, '<html>'),
      /answered 200 with something other than a JSON object\.$/,
      'Compare the address in the session’s configuration with the vendor’s: its API does not answer like that.',
    ],
    [
      'says nothing',
      START,
      () => true,
      /had no whole answer within 1 s\.$/,
      'Look at the vendor’s status page and the network, or give it longer with the session’s timeout.',
    ],
    [
      'hangs up',
      START,
      (_, response) => Boolean(response.destroy()),
      /had no answer \(.*\)\.$/,
      'Look at the server’s log, and whether a proxy between it and this machine ends connections.',
    ],
  ])('%s', async (_, path, intercept, message, remedy) => {
    const { get, upstream, view, gateway } = await started({ timeout: '1s' });
    expect(await view()).not.toHaveProperty('lastFailure');
    upstream.intercept = intercept;
    expect((await get(path)).status).toBeGreaterThanOrEqual(500);
    expect((await view()).lastFailure).toEqual({ at: AT, message: expect.stringMatching(message), remedy });
    expect(gateway.records.at(-1)).toMatchObject({ remedy });
  });

  it('is not there: that it is not called for a while is no reason of its own', async () => {
    const apiUrl = `http://127.0.0.1:${await freePort()}`;
    const { get, view } = await started({ apiUrl });
    for (let i = 0; i < 8; i++) await get(START);
    expect((await view()).lastFailure).toEqual({
      at: AT,
      message: `POST ${apiUrl}/omni/start had no answer (ECONNREFUSED).`,
      remedy:
        'Check that the server runs, and that this machine reaches it: the name and port in the session’s configuration, its certificate, a firewall between them.',
    });
  });

  it('shows it until a call goes well, and nothing where only what the caller named is not there', async () => {
    const { get, upstream, view } = await started();
    upstream.intercept = answering(500);
    await get(START);
    expect(await view()).toHaveProperty('lastFailure');
    upstream.intercept = () => false;
    expect((await get(SCORE)).status).toBe(200);
    expect(await view()).not.toHaveProperty('lastFailure');
    upstream.intercept = answering(404);
    expect((await get(SCORE)).status).toBe(404);
    expect(await view()).not.toHaveProperty('lastFailure');
  });

  it('refuses tokens as soon as they are issued', async () => {
    const { get, upstream, view } = await started();
    upstream.intercept = ({ path }, response) =>
      path !== '/executive/log-in' && Boolean(response.writeHead(401).end(ADMIN_TOKEN));
    for (let i = 0; i < 4; i++) await get(SCORE);
    expect((await view()).lastFailure?.remedy).toBe(RIGHTS);
  });
});

describe('the words of a failure', () => {
  it('of each kind of token error', () => {
    expect(upstreamRemedy(new TokenError('refused', ''))).toBe(RIGHTS);
    expect(upstreamRemedy(new TokenError('unusable', ''))).toBe(
      'Compare this machine’s clock with the vendor’s, and how long the vendor’s tokens live.',
    );
    expect(upstreamRemedy(new TokenError('closed', ''))).toBe('Nothing: the gateway stops.');
    expect(upstreamRemedy(new UpstreamError('circuit-open', ''))).toBe(
      'Nothing: it is called again in a few seconds. The lines before say what it failed with.',
    );
  });

  it('are bounded, and quote no error of others', () => {
    const long = failureView([{ atMs: 0, error: new UpstreamError('lost', 'x'.repeat(5_000)) }]);
    expect(long?.message).toBe(`${'x'.repeat(299)}…`);
    const foreign = failureView([{ atMs: 0, error: new Error('a secret') }]);
    expect(foreign).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      message: 'The call failed; the log has the error.',
      remedy: 'Look at the gateway’s log.',
    });
  });
});
