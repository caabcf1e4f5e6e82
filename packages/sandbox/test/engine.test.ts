import {
  actionFrom,
  createGate,
  done,
  type Gate,
  type GateOptions,
  type KeySpec,
  requestFrom,
} from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { SandboxRequest } from '../src/index.ts';
import { allScenarios, FLOWENT_FORMS, flowentCall, STANDARDS_ORIGIN, scenarioRequest } from '../src/index.ts';
import { KEYS } from './support.ts';

const NOW_MS = 1_760_000_000_000;

const gate = (
  provider: GateOptions['provider'] & {},
  key: string | KeySpec,
  more: Pick<GateOptions, 'action'> = {},
): Gate => createGate({ provider, keys: [key], now: () => NOW_MS, ...more });

const received = (request: SandboxRequest) =>
  requestFrom({
    method: request.method,
    url: request.path,
    headers: request.headers.map(({ name, value }) => [name, value] as const),
    body: request.body,
  });

describe('the engine, judging senders that share no code with it', () => {
  const gates = {
    flowent: gate('flowent', KEYS.flowent),
    hmac: gate('hmac', KEYS.hmac),
    'flow-production-tracking': gate(
      'flow-production-tracking',
      { secret: KEYS.flowProductionTracking, for: { action: 'show_selection' } },
      { action: actionFrom('path', ({ url }) => url.split('/').at(-1)) },
    ),
    approov: gate('approov', { secret: KEYS.approov, encoding: 'base64' }),
    incode: gate('incode', KEYS.incode),
    github: gate('github', KEYS.github),
    stripe: gate('stripe', KEYS.stripe),
    slack: gate('slack', KEYS.slack),
    'standard-webhooks': gate('standard-webhooks', KEYS.standardWebhooks),
    'http-message-signatures': gate(
      { id: 'http-message-signatures', origin: STANDARDS_ORIGIN },
      { id: 'partner', secret: KEYS.messageSignatures },
    ),
    dpop: gate({ id: 'dpop', origin: STANDARDS_ORIGIN }, KEYS.dpop),
  };
  const bound = gate(
    { id: 'approov', binding: ['authorization'] },
    { secret: KEYS.approov, encoding: 'base64' },
  );
  // One run in playing order: a replay needs the request before it.
  const sent = new Map<string, SandboxRequest>();

  it.each(allScenarios())('$id: $title', async (scenario) => {
    const request = scenarioRequest(scenario, { keys: KEYS, nowMs: NOW_MS, runId: 'run-1' }, sent);
    sent.set(scenario.id, request);
    const judge = request.path === '/v1/bound' ? bound : gates[scenario.provider];
    const result = await judge.receive(received(request), () => done('answered'));
    const verdict =
      result.kind === 'refused' ? result.verdict.reason : result.kind === 'done' ? 'accepted' : 'handshake';
    expect(verdict).toBe(scenario.expect.verdict);
  });

  it.each(FLOWENT_FORMS)('takes the Flowent form %s with the signature anywhere', async (form) => {
    for (const signaturePosition of ['first', 'middle', 'last'] as const) {
      const parameters =
        '{"s":"Grüße – 🚀 <b>&</b> \\u2028","n":1.0,"big":12345678901234567890,"a":{"z":1,"b":[]}}';
      const request = flowentCall({
        action: 'send_email',
        parameters,
        key: KEYS.flowent,
        nowMs: NOW_MS,
        form,
        signaturePosition,
      });
      expect(await gates.flowent.verify(received(request)), signaturePosition).toMatchObject({ ok: true });
    }
  });
});
