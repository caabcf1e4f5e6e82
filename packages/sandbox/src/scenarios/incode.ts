/** Scenarios of Incode's webhooks, from a site that is set to send a bearer token. */
import type { IncodeAuth } from '../incode.ts';
import { incodeWebhook } from '../incode.ts';
import { otherKey } from '../sandbox-request.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

/** The right token accepted; another one and none refused. A shared token proves no body and no time, so nothing more can be. */
export function incodeScenarios(): readonly Scenario[] {
  return [
    webhook('bearer', 'the right bearer token', (token) => ({ kind: 'bearer', token }), ACCEPTED),
    webhook(
      'wrong-token',
      'another bearer token',
      (token) => ({ kind: 'bearer', token: otherKey(token) }),
      refused('signature-mismatch'),
    ),
    webhook('missing', 'no token', () => ({ kind: 'none' }), refused('missing-token')),
  ];
}

function webhook(
  id: string,
  title: string,
  auth: (token: string) => IncodeAuth,
  expect: Expectation,
): Scenario {
  return {
    kind: 'new',
    id: `incode/${id}`,
    provider: 'incode',
    title,
    build: ({ keys, runId }) =>
      incodeWebhook({ auth: auth(keys.incode), payload: { interviewId: `interview-${id}-${runId}` } }),
    expect,
  };
}
