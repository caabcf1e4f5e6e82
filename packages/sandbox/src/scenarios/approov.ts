/** Scenarios of the Approov token check. */
import type { ApproovTokenKind } from '../approov.ts';
import { approovRequest, approovSecret, approovToken } from '../approov.ts';
import type { SandboxRequest } from '../sandbox-request.ts';
import type { Expectation, Scenario, ScenarioContext } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

const USER = 'Bearer ada-session';

/** Valid and bound tokens accepted, a token used twice accepted, and every way to be refused. */
export function approovScenarios(): readonly Scenario[] {
  return [
    hello('valid', 'a valid token', ACCEPTED),
    {
      kind: 'again',
      id: 'approov/valid-again',
      provider: 'approov',
      title: 'the same token again: valid until it expires',
      of: 'approov/valid',
      expect: ACCEPTED,
    },
    bound('bound', 'a token bound to this Authorization', USER, USER, ACCEPTED),
    bound(
      'wrong-binding',
      'a token bound to another user',
      'Bearer eve-session',
      USER,
      refused('binding-mismatch'),
    ),
    bound(
      'no-authorization',
      'a bound token, no Authorization',
      USER,
      undefined,
      refused('binding-mismatch'),
    ),
    bound(
      'not-bound',
      'a token without binding, where one is required',
      undefined,
      USER,
      refused('binding-mismatch'),
    ),
    hello('expired', 'a token that expired', refused('expired')),
    hello('forged', 'a token signed with another key', refused('signature-mismatch')),
    hello('tampered', 'a token whose life was prolonged', refused('signature-mismatch')),
    hello('alg-none', 'an unsigned token that says so', refused('algorithm-not-allowed')),
    hello('wrong-alg', 'a token signed by HS512', refused('algorithm-not-allowed')),
    hello('no-exp', 'a token that never expires', refused('missing-claim')),
    scenario('missing', 'no token', () => approovRequest({}), refused('missing-token')),
  ];
}

function scenario(
  id: string,
  title: string,
  build: (context: ScenarioContext) => SandboxRequest,
  expect: Expectation,
): Scenario {
  return { kind: 'new', id: `approov/${id}`, provider: 'approov', title, build, expect };
}

function hello(kind: ApproovTokenKind, title: string, expect: Expectation): Scenario {
  const build = ({ keys, nowMs }: ScenarioContext) =>
    approovRequest({ token: approovToken({ secret: approovSecret(keys.approov), nowMs, kind }) });
  return scenario(kind, title, build, expect);
}

function bound(
  id: string,
  title: string,
  boundValue: string | undefined,
  authorization: string | undefined,
  expect: Expectation,
): Scenario {
  const build = ({ keys, nowMs }: ScenarioContext) =>
    approovRequest({
      path: '/v1/bound',
      token: approovToken({
        secret: approovSecret(keys.approov),
        nowMs,
        ...(boundValue === undefined ? {} : { boundValue }),
      }),
      ...(authorization === undefined ? {} : { authorization }),
    });
  return scenario(id, title, build, expect);
}
