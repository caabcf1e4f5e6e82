/** What the routes answer that sign a request and send it to the gateway itself: an event or a refused request again, a test call of an action. */
import { Buffer } from 'node:buffer';
import type { ActionRunView, GateActionsView, InputOf, PassApi, PassedView } from '@countersign/api';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import type { OpenGate } from '../gates/open-gate.ts';
import type { ReadyAction } from '../outcomes/action-table.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import { vendorOf } from '../vendors/all.ts';
import type { Handlers } from './admin-parts.ts';
import type { ExplainParts } from './explain-handlers.ts';
import type { PassThrough } from './pass-through.ts';
import { Problem } from './problem.ts';
import { sampleMethod, samplePath } from './sample-request.ts';
import { bodyFault, noSuchEvent, readRefused, refusedBodyFault, unlessDamaged } from './show-kept.ts';
import { signAnew, type UnsignedRequest } from './sign-anew.ts';
import { createBench } from './take-turns.ts';
import { namedGate } from './unknown-gate.ts';
import { headerViews } from './views.ts';

export interface PassParts
  extends Pick<ExplainParts, 'gates' | 'events' | 'refused' | 'masks' | 'sealer' | 'now'> {
  readonly passThrough: PassThrough;
  /** Where senders reach the public listener: `hooks.example`. */
  readonly publicHost: () => string;
}

/** At once, and how many more may wait: each may take a minute, and holds what the gateway tells of requests meanwhile. */
const LIMITS = { concurrency: 8, queue: 16 };

export function createPassHandlers(parts: PassParts): Handlers<PassApi> {
  const inTurn = createBench(LIMITS);
  return {
    sendEventAgain: ({ id }) => inTurn(() => sendEventAgain(parts, id)),
    sendRefusedAgain: ({ id }) => inTurn(() => sendRefusedAgain(parts, id)),
    actions: () => parts.gates.flatMap((gate) => actionsOf(gate) ?? []),
    actionRuns: (input) => listRuns(parts, input),
    testAction: (input) => inTurn(() => testAction(parts, input)),
  };
}

async function sendEventAgain(parts: PassParts, id: string): Promise<PassedView | Problem> {
  const event = await unlessDamaged(parts.events.get(id));
  if (event instanceof Problem) return event;
  if (event === undefined) return noSuchEvent();
  const fault = bodyFault(event);
  if (fault !== undefined) return fault;
  const headers = new HeaderList(unsealedHeaders(event, parts.sealer) ?? event.headers);
  return passKept(parts, event.gate, { ...event, headers });
}

async function sendRefusedAgain(parts: PassParts, id: string): Promise<PassedView | Problem> {
  const refused = await readRefused(parts.refused, id);
  if (refused instanceof Problem) return refused;
  const fault = refusedBodyFault(refused);
  if (fault !== undefined) return fault;
  return passKept(parts, refused.gate, { ...refused, headers: new HeaderList(refused.headers) });
}

/** What was kept is shown no more of than where it is kept. */
async function passKept(
  parts: PassParts,
  gate: string,
  request: UnsignedRequest,
): Promise<PassedView | Problem> {
  const passed = await passTo(parts, gate, request);
  if (passed instanceof Problem || !parts.masks.has(gate)) return passed;
  const [url = ''] = passed.url.split('?', 1);
  return { ...passed, url, headers: [], bodyBase64: '', masked: true };
}

async function passTo(
  parts: PassParts,
  name: string,
  request: UnsignedRequest,
): Promise<PassedView | Problem> {
  const gate = namedGate(parts.gates, name);
  if (gate instanceof Problem) return gate;
  const signed = await signAnew(gate.coreGate, request, { host: parts.publicHost(), nowMs: parts.now() });
  return signed instanceof Problem ? signed : pass(parts, name, signed);
}

async function pass(parts: PassParts, gate: string, signed: SignedRequest): Promise<PassedView | Problem> {
  const passed = await parts.passThrough(signed);
  if (passed instanceof Problem) return passed;
  const { body, headers, ...rest } = passed;
  return {
    gate,
    method: signed.method,
    url: signed.url,
    ...rest,
    headers: headerViews(headers, undefined),
    bodyBase64: Buffer.from(body).toString('base64'),
  };
}

/** Undefined for a gate that runs none. */
function actionsOf({ config, coreGate, actions }: OpenGate): GateActionsView | undefined {
  const { outcome } = config;
  if (outcome.kind !== 'answer') return undefined;
  return {
    gate: config.name,
    provider: coreGate?.provider ?? 'none',
    path: config.path,
    as: outcome.as,
    registers: outcome.register !== undefined,
    actions: actions.map(({ action: { name, description }, input: { jsonSchema }, deadlineMs }) => ({
      name,
      description,
      ...(jsonSchema !== undefined && { input: jsonSchema }),
      deadlineMs,
      keys: config.keys.filter((key) => key.for === undefined || key.for.action === name).map(({ id }) => id),
    })),
  };
}

function listRuns(
  parts: PassParts,
  { gate: name }: InputOf<PassApi['actionRuns']>,
): readonly ActionRunView[] | Problem {
  if (name !== undefined) {
    const gate = namedGate(parts.gates, name);
    if (gate instanceof Problem) return gate;
  }
  const runs = parts.gates.flatMap(({ config: { name: gate }, lastRuns }) =>
    (name ?? gate) === gate ? lastRuns().map((run) => ({ gate, run })) : [],
  );
  return runs
    .sort((a, b) => b.run.atMs - a.run.atMs)
    .map(({ gate, run: { atMs, reason, ...run } }) => ({
      at: new Date(atMs).toISOString(),
      gate,
      ...run,
      ...(reason !== undefined && { reason }),
    }));
}

async function testAction(
  parts: PassParts,
  { gate: name, action, input: text = '{}' }: InputOf<PassApi['testAction']>,
): Promise<PassedView | Problem> {
  const gate = namedGate(parts.gates, name);
  if (gate instanceof Problem) return gate;
  if (!gate.actions.some((ready) => ready.action.name === action)) return noSuchAction(gate.actions);
  const input = readJsonObject(text);
  if (input instanceof Problem) return input;
  const { config } = gate;
  const { contentType, body } = vendorOf(
    config.proof.kind === 'provider' ? config.proof.id : undefined,
  ).contentOf(action, input);
  const request = {
    method: sampleMethod(config),
    url: samplePath(config, action),
    headers: new HeaderList(['Content-Type', contentType]),
    body: Buffer.from(body, 'utf8'),
  };
  return passTo(parts, name, request);
}

function noSuchAction(actions: readonly ReadyAction[]): Problem {
  const names = actions.map((ready) => ready.action.name);
  return new Problem('no-such-action', `the gate has no such action: it has ${names.join(', ') || 'none'}`);
}

function readJsonObject(text: string): Readonly<Record<string, unknown>> | Problem {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value) && !Array.isArray(value)) return value;
  } catch {
    // The parser’s words would quote the text.
  }
  return new Problem('invalid-input', 'input must be a JSON object as text, such as {"name":"value"}');
}
