import { REFUSALS } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { SandboxRequest, SandboxSystem, Scenario, ScenarioContext } from '../src/index.ts';
import { allScenarios, scenarioRequest } from '../src/index.ts';
import { bodyText, KEYS } from './support.ts';

const CONTEXT: ScenarioContext = { keys: KEYS, nowMs: 1_760_000_000_000, runId: 'run-1' };

const scenarios = allScenarios();
const WEBHOOKS: readonly string[] = ['github', 'stripe', 'slack', 'standard-webhooks'];

/** Plays the list as a runner does, keeping every request for the scenarios that repeat one. */
function play(list: readonly Scenario[], context = CONTEXT): ReadonlyMap<string, SandboxRequest> {
  const sent = new Map<string, SandboxRequest>();
  for (const scenario of list) sent.set(scenario.id, scenarioRequest(scenario, context, sent));
  return sent;
}

/** All of a request but its name. */
const wire = (request: SandboxRequest): string =>
  JSON.stringify({ ...request, name: '', body: bodyText(request) });

const verdicts = (provider: SandboxSystem): readonly string[] =>
  scenarios.filter((scenario) => scenario.provider === provider).map((scenario) => scenario.expect.verdict);

describe('allScenarios', () => {
  it('has unique ids that begin with the provider', () => {
    expect(new Set(scenarios.map((scenario) => scenario.id)).size).toBe(scenarios.length);
    for (const { id, provider } of scenarios) expect(id.startsWith(`${provider}/`)).toBe(true);
  });

  it('expects 200 for what is taken, and the table’s status for what is refused', () => {
    for (const { expect: expected, provider } of scenarios) {
      const { verdict, status } = expected;
      const taken = verdict === 'accepted' || verdict === 'handshake';
      // A webhook that comes again is acknowledged.
      const acknowledged = verdict === 'replayed' && WEBHOOKS.includes(provider);
      expect(status).toBe(taken || acknowledged ? 200 : REFUSALS[verdict].status);
    }
  });

  it.each(['flowent', 'hmac', 'flow-production-tracking'] as const)(
    'shows %s accepted, tampered, replayed, stale, early and without proof',
    (provider) => {
      expect(verdicts(provider)).toEqual(
        expect.arrayContaining([
          'accepted',
          'signature-mismatch',
          'replayed',
          'expired',
          'from-the-future',
          'missing-signature',
        ]),
      );
    },
  );

  it('shows approov and incode accepted, false and without proof, and never replayed', () => {
    const approov = ['accepted', 'signature-mismatch', 'expired', 'binding-mismatch', 'missing-token'];
    expect(verdicts('approov')).toEqual(expect.arrayContaining(approov));
    expect(verdicts('incode')).toEqual(['accepted', 'signature-mismatch', 'missing-token']);
    expect(verdicts('approov')).not.toContain('replayed');
  });

  it('repeats the very bytes where it repeats', () => {
    const sent = play(scenarios);
    for (const scenario of scenarios) {
      if (scenario.kind !== 'again') continue;
      const [first, again] = [sent.get(scenario.of), sent.get(scenario.id)];
      expect(again?.body).toBe(first?.body);
      expect(again?.headers).toBe(first?.headers);
      expect(again?.name).toBe(scenario.id);
    }
  });

  it('signs no two accepted requests alike, within a run or between two runs of one second', () => {
    const accepted = scenarios.filter(
      (scenario) =>
        scenario.kind === 'new' && scenario.expect.verdict === 'accepted' && scenario.provider !== 'approov',
    );
    const signatures = ['run-1', 'run-2'].flatMap((runId) =>
      [...play(accepted, { ...CONTEXT, runId }).values()].map((request) => proofOf(request)),
    );
    expect(new Set(signatures).size).toBe(accepted.length * 2);
  });

  it('is the same for the same context', () => {
    // An ECDSA signature is another each time.
    const fixed = scenarios.filter(({ provider }) => provider !== 'dpop');
    expect([...play(fixed).values()].map(wire)).toEqual([...play(fixed).values()].map(wire));
  });

  it('puts no key into a request, but the token that Incode sends', () => {
    for (const [id, request] of play(scenarios)) {
      for (const key of [KEYS.flowent, KEYS.hmac, KEYS.flowProductionTracking, KEYS.approov]) {
        expect(wire(request), id).not.toContain(key);
      }
    }
  });
});

describe('scenarioRequest', () => {
  it('refuses to repeat what was not sent', () => {
    const replay = scenarios.find((scenario) => scenario.kind === 'again');
    if (replay === undefined) throw new Error('no scenario repeats another');
    expect(() => scenarioRequest(replay, CONTEXT, new Map())).toThrow(/Play that scenario first/);
  });
});

/** The signature, wherever the system puts it; for Incode, which has none, the body. */
function proofOf(request: SandboxRequest): string {
  const text = bodyText(request);
  const header = request.headers.find(({ name }) => /signature(?!-input)|^dpop$/.test(name));
  return header?.value ?? /signature"?[:=\s"]*([0-9a-f]{40,64})/.exec(text)?.[1] ?? text;
}
