/** What callers and operators are told of a request, beside the request: at sessions, and by each look of answers. */
import { HeaderList, REFUSALS, requestFrom } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { pickGate } from '../../src/paths/pick-gate.ts';
import { createSessionProof } from '../../src/sessions/session-proof.ts';
import { actionsModule, hmacHeaders, SECRET, send, start } from '../harness.ts';
import { json, startBench } from '../sessions/support.ts';

/** `in the body, /a/a/… is nested too deeply: 100 levels are allowed` */
const IS_DEEP = `in the body, ${'/a'.repeat(100)} is nested too deeply: 100 levels are allowed`;

describe('a session', () => {
  it.each([
    ['/start?uniqueId=1', undefined, 'uniqueId is not a UUID'],
    ['/start?uniqueId=1&uniqueId=2', undefined, 'uniqueId is given 2 times'],
    ['/onboarding-status', undefined, 'interviewId is missing, or no interview’s id'],
    ['/fetch-score?interviewId=%0A', undefined, 'interviewId is missing, or no interview’s id'],
    ['/auth', '[]', 'the body is not a JSON object'],
    ['/auth', '{"transactionId":1}', 'transactionId is missing, or is not text'],
    ['/webhook', '{"interviewId":""}', 'interviewId is missing, or no interview’s id'],
    ['/webhook', '{"interviewId":"int-7"}', 'onboardingStatus is missing, or is not text'],
    ['/webhook', '{"a":{"__proto__":1}}', 'in the body, /a/__proto__ is not an allowed field name'],
    ['/webhook', `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`, IS_DEEP],
  ])('says to who asks for %s with %s: %s', async (path, body, error) => {
    const bench = await startBench();
    const answer = await (body === undefined ? bench.get(path) : bench.post(path, body));
    expect({ status: answer.status, body: json(answer) }).toEqual({ status: 400, body: { error } });
  });

  const proof = createSessionProof(
    {
      kind: 'some',
      credential: { kind: 'issued', clientId: 'vendor', clientSecret: new Secret(SECRET) },
    },
    { session: 's', now: Date.now, sealer: undefined },
  );
  it.each([
    [[], 'the request has no authorization header', REFUSALS['missing-token'].remedy],
    [
      ['authorization', 'Basic YTpi'],
      'the authorization is not a bearer token of ours',
      'The client must send `Bearer ` and the token that the session’s token route gave it.',
    ],
    [
      ['authorization', 'Bearer of-another-start'],
      'the bearer token was not issued here, or has expired',
      'Nothing, where the client fetches another: as a rule it does. Else have it fetch one from the session’s token route.',
    ],
  ])('says to its operator of %j: %s', async (headers, message, remedy) => {
    const request = requestFrom({ method: 'POST', url: '/webhook', headers: new HeaderList(headers) });
    const refused = await proof?.judge({ request, requestId: 'r', query: '', remoteAddress: '192.0.2.1' });
    expect(refused).toMatchObject({ message, remedy });
  });
});

describe('an action’s gate', () => {
  const ACTIONS = `export const a = { name: 'a', description: 'A.', input: { type: 'object' }, run: () => 'a' };`;
  const AS_FLOWENT = 'Have the caller send {"action_name":"…","parameters":{…}} as JSON in UTF-8.';
  const AS_JSON =
    'Have the caller send the action’s parameters as one JSON object in UTF-8, e.g. {"name":"value"}; an empty body counts as {}.';
  const AS_FORM =
    'Have the caller send the action’s parameters as one JSON object in UTF-8; a form is read only from a provider that signs its fields.';
  const UNNAMED = 'Have the caller name the action as a text: {"action_name":"…","parameters":{…}}.';
  const OTHER =
    'Have the caller name in action_name the action that the path, or answer.action of the gate, names.';
  const UNANSWERED = 'Give the gate provider: flowent, which answers Flowent’s tests of an action.';
  const UNFIT =
    'The action’s parameters do not fit its input schema. Compare it with the places that the message names.';
  it.each([
    ['flowent', '[]', 'the body is not a JSON object', AS_FLOWENT],
    ['flowent', '{"action_name"', 'the body is not a JSON object', AS_FLOWENT],
    ['flowent', '{}', 'action_name is missing', UNNAMED],
    ['flowent', '{"action_name":["a"]}', 'action_name is missing', UNNAMED],
    ['flowent', '{"action_name":"b"}', 'action_name differs from the path', OTHER],
    ['flowent', '{"action_name":"a","test":true}', 'a test runs no action', UNANSWERED],
    ['flowent', '{"action_name":"a","parameters":[]}', 'invalid parameters', UNFIT],
    ['json', '[]', 'the body is not a JSON object', AS_JSON],
    ['json', 'name=value', 'the body is not a JSON object', AS_JSON],
    ['json', '{"name":', 'the body is not a JSON object', AS_JSON],
    ['json', '\xff{}', 'the body is not a JSON object', AS_JSON],
    ['json', '{"b":1}', 'invalid parameters', UNFIT],
    ['page', '[]', 'the body is neither a signed form nor a JSON object', AS_FORM],
    ['page', 'name=value', 'the body is neither a signed form nor a JSON object', AS_FORM],
  ] as const)('that answers as %s says of %s: %s', async (as, text, message, remedy) => {
    const gateway = await start({
      g: {
        path: '/g',
        provider: 'hmac',
        keys: [{ secret: SECRET }],
        answer: { actions: actionsModule(ACTIONS), action: 'a', as },
      },
    });
    const body = Buffer.from(text, 'latin1');
    const answer = await send(`${gateway.publicUrl}/g`, { body, headers: hmacHeaders(body) });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'invalid-input', remedy });
    expect(gateway.records.at(-1)?.message?.startsWith(message)).toBe(true);
  });
});

it('a path that no gate has', () => {
  const gates = { g: { path: '/g', provider: 'none', keep: {} } };
  const { config } = parseConfig({ store: 'memory:', gates } as ConfigInput, { baseDir: '/', env: {} });
  expect(pickGate(config.gates, requestFrom({ method: 'POST', url: '/h' }))).toEqual({
    refusal: { reason: 'no-gate', problem: 'no gate has the path /h' },
  });
});

it('every one stands in a test', () => {
  const places = {
    Problem: [1],
    message: 'property',
    SessionRefusal: [0],
    invalidRequest: [0],
    invalidClient: [1],
    logged: 'property',
    refused: [1],
  } as const;
  expect(unquotedSentences('packages/gateway', places)).toEqual([]);
});
