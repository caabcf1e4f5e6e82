/** What a session's broker refuses is a refusal in the records: with its reason, step, and what to do. */
import { describe, expect, it } from 'vitest';
import { send } from '../harness.ts';
import { finished, json, startBench } from './support.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const AUTH = { form: 'issued', clientId: 'incode', clientSecret: 'a client secret of ours' } as const;
const GRANT = 'grant_type=client_credentials';
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const RIGHT = basic('incode:a client secret of ours');

const CALLER_REMEDY =
  'Nothing here. Have the caller send what the route takes; the message says what is wrong with it.';
const CLIENT_REMEDY =
  'Compare the client’s id and secret with the session’s auth.clientId and auth.clientSecret. A row of these from an address that you do not know is somebody guessing.';

describe('the token route tells its operator', () => {
  it.each([
    [
      'no credentials',
      { ...FORM },
      GRANT,
      { status: 401, error: 'invalid_client' },
      {
        reason: 'missing-token',
        step: 'extract',
        message: 'the request has no client credentials',
        remedy:
          'Have the client send its id and secret, in the authorization header as Basic or in the form.',
      },
    ],
    [
      'Basic without a colon',
      { ...FORM, ...basic('incode') },
      GRANT,
      { status: 401, error: 'invalid_client' },
      {
        reason: 'malformed-token',
        step: 'extract',
        message: 'the authorization is not Basic with an id and a secret',
        remedy:
          'Have the client send its id and secret, in the authorization header as Basic or in the form.',
      },
    ],
    [
      'a wrong secret',
      { ...FORM, ...basic('incode:a guess') },
      GRANT,
      { status: 401, error: 'invalid_client' },
      {
        reason: 'signature-mismatch',
        step: 'compare',
        message: 'the client’s id or secret is wrong',
        remedy: CLIENT_REMEDY,
      },
    ],
    [
      'a wrong id',
      FORM,
      `${GRANT}&client_id=other&client_secret=a+client+secret+of+ours`,
      { status: 401, error: 'invalid_client' },
      {
        reason: 'signature-mismatch',
        step: 'compare',
        message: 'the client’s id or secret is wrong',
        remedy: CLIENT_REMEDY,
      },
    ],
    [
      'JSON',
      { ...RIGHT, 'content-type': 'application/json' },
      '{}',
      { status: 400, error: 'invalid_request' },
      { message: 'the body is not of the type application/x-www-form-urlencoded' },
    ],
    [
      'a parameter twice',
      { ...FORM, ...RIGHT },
      `${GRANT}&${GRANT}`,
      { status: 400, error: 'invalid_request' },
      { message: 'a parameter of the form is given twice' },
    ],
    [
      'two ways at once',
      { ...FORM, ...RIGHT },
      `${GRANT}&client_secret=x`,
      { status: 400, error: 'invalid_request' },
      { message: 'the client’s secret is given in the authorization header and in the form' },
    ],
    [
      'no grant',
      { ...FORM, ...RIGHT },
      '',
      { status: 400, error: 'invalid_request' },
      { message: 'grant_type is missing' },
    ],
    [
      'another grant',
      { ...FORM, ...RIGHT },
      'grant_type=password',
      { status: 400, error: 'unsupported_grant_type' },
      { message: 'grant_type is not client_credentials' },
    ],
  ])('of %s', async (_, headers, body, { status, error }, told) => {
    const { gateway } = await startBench({ auth: AUTH });
    const answer = await send(`${gateway.publicUrl}/oauth2/token`, { headers, body });
    expect({ status: answer.status, body: json(answer) }).toEqual({ status, body: { error } });
    expect(gateway.records.at(-1)).toMatchObject({
      session: 'incode',
      verdict: 'refused',
      status,
      reason: 'invalid-input',
      step: 'validate',
      remedy: CALLER_REMEDY,
      ...told,
    });
    expect(gateway.log.join('')).not.toContain('a guess');
  });
});

describe('a broker’s route tells its operator', () => {
  it('of a body that is not what it takes, sent with a proof that holds', async () => {
    const { gateway, post } = await startBench({ auth: { secret: 'the secret of the webhook' } });
    const headers = { authorization: 'Bearer the secret of the webhook' };
    expect((await post('/webhook', '[]', { headers })).status).toBe(400);
    expect(gateway.records.at(-1)).toMatchObject({
      verdict: 'refused',
      reason: 'invalid-input',
      step: 'validate',
      message: 'the body is not a JSON object',
      remedy: CALLER_REMEDY,
      keyId: 'auth',
    });
  });

  it.each(['/webhook', '/approve', '/auth'])(
    'of a member that stands twice in a body to %s',
    async (path) => {
      const { gateway, post, upstream } = await startBench({ auth: 'none' });
      const status = '"onboardingStatus":"ONBOARDING_FINISHED"';
      for (const body of [
        `{"interviewId":"int-1","interviewId":"int-2",${status}}`,
        `{"interviewId":"int-1","interview\\u0049d":"int-1",${status}}`,
        `{"interviewId":"int-1",${status} , "onboardingStatus"\n:"EXPIRED"}`,
        `{"interviewId":"int-1",${status},"a":[{"b":{"\\\\":1,"é":2,"\\\\":[]}}]}`,
      ]) {
        expect((await post(path, body)).status, body).toBe(400);
        expect(gateway.records.at(-1)).toMatchObject({
          verdict: 'refused',
          reason: 'invalid-input',
          step: 'validate',
          message: 'in the body, a member stands twice: programs may read it differently',
          remedy: CALLER_REMEDY,
        });
      }
      expect(await gateway.store.events.list()).toEqual([]);
      expect(upstream.approved).toEqual([]);
    },
  );

  it('of no member that only seems to stand twice', async () => {
    const { gateway, post } = await startBench({ auth: 'none' });
    const odd = {
      ...finished('int-1'),
      a: '"interviewId":"int-2","a":',
      b: [{ a: 1 }, { a: 2, '"a":': { a: '\\' } }, '\\":', ['a', 'a'], {}],
    };
    expect((await post('/webhook', JSON.stringify(odd, undefined, 1))).status).toBe(200);
    expect(await gateway.store.events.list()).toHaveLength(1);
  });

  it('of a secret that is another, in the session’s words', async () => {
    const { gateway, post } = await startBench({ auth: { secret: 'the secret of the webhook' } });
    const headers = { authorization: 'Bearer another secret' };
    expect((await post('/webhook', '{}', { headers })).status).toBe(401);
    expect(gateway.records.at(-1)).toMatchObject({
      reason: 'signature-mismatch',
      message: 'the token is none of the keys',
      remedy:
        'Compare the session’s auth.secret with what the caller is set to send; look for quotes and blanks around either.',
    });
  });

  it('of a redirect to an origin that the session may lack', async () => {
    const { gateway, get } = await startBench();
    expect((await get('/start?redirectUrl=https://other.example/')).status).toBe(400);
    expect(gateway.records.at(-1)).toMatchObject({
      message: 'redirectUrl is not on the list of allowed origins',
      remedy:
        'If people may be sent there, add its origin to the session’s redirects; else have the caller give another.',
    });
  });

  it('of an interview that the vendor does not know', async () => {
    const { gateway, upstream, get } = await startBench();
    upstream.intercept = (_, response) => Boolean(response.writeHead(404).end('{}'));
    expect((await get('/onboarding-status?interviewId=zzz')).status).toBe(404);
    expect(gateway.records.at(-1)).toMatchObject({
      verdict: 'refused',
      status: 404,
      reason: 'invalid-input',
      step: 'validate',
      message: 'there is no such interview',
      remedy: 'Compare the interviewId with the vendor’s dashboard; it may be another environment’s.',
    });
  });
});
