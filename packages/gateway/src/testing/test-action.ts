/** Runs an action as the gateway would, for an action's own tests: a signed request, a real gate, no server. */

import { Buffer } from 'node:buffer';
import { MemoryReplayGuard, requestFrom } from '@countersign/core';
import { checkOptions, IS } from '@countersign/core/internal/check-options';
import { type Action, checkAction } from '../actions/define-action.ts';
import type { Handled, OpenCall } from '../call.ts';
import { createRememberingGuard } from '../claims/remembering-guard.ts';
import { parseConfig } from '../config/parse-config.ts';
import { createCoreGate } from '../gates/core-gate.ts';
import { openGateKeys } from '../gates/gate-keys.ts';
import { createOpenGate, type OpenGate } from '../gates/open-gate.ts';
import { isStream } from '../http-answer.ts';
import type { ActionInput } from '../input/action-input.ts';
import type { Log } from '../log/log.ts';
import { createAnswerOutcome } from '../outcomes/answer.ts';
import type { KeyRecords } from '../sealed/key-records.ts';
import { USUAL_VENDOR, vendorOf } from '../vendors/all.ts';

export interface TestActionOptions {
  /** Default `flowent`. `flow-production-tracking` sends the input as a signed form; any other provider, as the JSON body. */
  readonly provider?: string;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** What the caller was answered, and what the gateway noted. */
export interface ActionAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text parsed, where it is JSON. */
  readonly json: unknown;
  /** Why it failed: `invalid-input`, `action-failed`, …; undefined where it did not. */
  readonly reason: Handled['reason'];
  /** What the action threw. */
  readonly error: unknown;
  /** Lines that the action logged. */
  readonly log: readonly LoggedLine[];
}

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message?: string;
}

const KEY = Buffer.from('a key of thirty-two bytes, for tests').toString('base64');

/**
 * Signs `input` as the provider's platform does, sends it through a gate of that provider, and gives the answer.
 * @throws SetupError for an action that the gateway would not start with, or a provider that cannot sign.
 */
export async function testAction<S extends ActionInput>(
  action: Action<S>,
  input: Readonly<Record<string, unknown>> = {},
  options: TestActionOptions = {},
): Promise<ActionAnswer> {
  checkOptions<TestActionOptions>(options, { provider: IS.text, now: IS.function });
  const { provider = USUAL_VENDOR.provider, now = Date.now } = options;
  checkAction(action as unknown as Action, 'action');
  const lines: LoggedLine[] = [];
  const open = await openTestGate(action as unknown as Action, { provider, now, log: createLineLog(lines) });
  const { coreGate } = open;
  const content = vendorOf(provider).contentOf(action.name, input);
  const draft = {
    method: 'POST',
    url: `/actions/${action.name}`,
    headers: { 'content-type': content.contentType },
    body: content.body,
  };
  const request = coreGate === undefined ? requestFrom(draft) : await coreGate.sign(draft);
  const handled = await new Promise<Handled>((resolve) => {
    const call: OpenCall = {
      request,
      requestId: 'test-1',
      path: draft.url,
      query: '',
      params: {},
      remoteAddress: '127.0.0.1',
      accepted: undefined,
      claim: undefined,
      answerEarly: (reply) => resolve({ ...reply, verdict: 'accepted' }),
      onSenderLeft: () => () => {},
      streamFailed: (error) => lines.push({ level: 'error', fields: { error } }),
    };
    // Not resolve(open.handle(…)): an early answer must be able to overtake it.
    void Promise.resolve(open.handle(call)).then(resolve);
  });
  const { answer, reason, error } = handled;
  const text = await readText(answer.body);
  const headers: Record<string, string> = {};
  for (let i = 0; i < answer.headers.length; i += 2) {
    headers[(answer.headers[i] ?? '').toLowerCase()] = answer.headers[i + 1] ?? '';
  }
  return { status: answer.status, headers, text, json: jsonOf(text), reason, error, log: lines };
}

interface TestGateOptions {
  readonly provider: string;
  readonly now: () => number;
  readonly log: Log;
}

async function openTestGate(action: Action, { provider, now, log }: TestGateOptions): Promise<OpenGate> {
  const gates = {
    test: {
      path: '/actions/*',
      provider,
      ...(provider !== 'none' && { keys: [{ id: 'test', secret: KEY }] }),
      answer: { actions: 'actions.ts', action: action.name },
    },
  };
  const { config } = parseConfig({ store: 'memory:', gates }, { baseDir: '/', env: {} });
  const [gate] = config.gates;
  if (gate?.outcome.kind !== 'answer') throw new TypeError('the test gate does not answer');
  const guard = createRememberingGuard({ memory: new MemoryReplayGuard(), forgets: false, store: undefined });
  const coreGate = createCoreGate(gate, { replay: guard, now });
  const outcome = await createAnswerOutcome({
    gate,
    config: gate.outcome,
    coreGate,
    actions: [action],
    now,
    log,
  });
  const keys = await openGateKeys(gate, NO_RECORDS);
  return createOpenGate({ config: gate, coreGate, keys, outcome, guard, refusals: undefined });
}

/** Nobody changes the keys of a test. */
const NO_RECORDS: KeyRecords = {
  read: async () => ({ version: 0, stored: { changed: [], added: [] } }),
  write: async () => undefined,
  announce: async () => {},
  vault: undefined,
};

async function readText(body: Handled['answer']['body']): Promise<string> {
  if (typeof body === 'string') return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of isStream(body) ? body : [body]) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function createLineLog(lines: LoggedLine[]): Log {
  const line = (level: LoggedLine['level']) => (fields: object, message?: string) => {
    lines.push({ level, fields, ...(message !== undefined && { message }) });
  };
  return {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    writesInfo: true,
    flush: async () => {},
  };
}
