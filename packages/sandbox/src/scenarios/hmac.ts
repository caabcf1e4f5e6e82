/** Scenarios of the generic HMAC client. */
import type { HmacFault, HmacRequestOptions } from '../hmac.ts';
import { hmacRequest } from '../hmac.ts';
import type { Expectation, Scenario, ScenarioContext } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

/** Accepted with and without a nonce, a replay, and every way to be refused. */
export function hmacScenarios(): readonly Scenario[] {
  return [
    request('signed', 'timestamp and body signed', () => ({}), ACCEPTED),
    request(
      'nonce',
      'timestamp, nonce and body signed',
      ({ runId }) => ({ nonce: `nonce-${runId}` }),
      ACCEPTED,
    ),
    {
      kind: 'again',
      id: 'hmac/replay',
      provider: 'hmac',
      title: 'the first request once more, byte for byte',
      of: 'hmac/signed',
      expect: refused('replayed'),
    },
    fault('tampered', 'one bit of the body changed on the way', refused('signature-mismatch')),
    fault('wrong-key', 'signed with another key', refused('signature-mismatch')),
    fault('stale', 'signed ten minutes ago', refused('expired')),
    fault('future', 'signed ten minutes ahead', refused('from-the-future')),
    fault('unsigned', 'no signature', refused('missing-signature')),
    fault('truncated-signature', 'signature cut short', refused('malformed-signature')),
  ];
}

function request(
  id: string,
  title: string,
  more: (context: ScenarioContext) => Partial<HmacRequestOptions>,
  expect: Expectation,
): Scenario {
  return {
    kind: 'new',
    id: `hmac/${id}`,
    provider: 'hmac',
    title,
    build: (context) =>
      hmacRequest({
        key: context.keys.hmac,
        nowMs: context.nowMs,
        body: JSON.stringify({ message: 'Hello, server!', request: `${id}-${context.runId}` }),
        ...more(context),
      }),
    expect,
  };
}

function fault(name: HmacFault, title: string, expect: Expectation): Scenario {
  return request(name, title, () => ({ fault: name }), expect);
}
