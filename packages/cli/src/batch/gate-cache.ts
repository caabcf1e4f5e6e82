/** The gates of a batch: built once for each provider, keys and options, and kept while they fit. */
import {
  createGate,
  type Gate,
  KEY_ENCODINGS,
  KEY_STATES,
  type KeySpec,
  MemoryReplayGuard,
  providerIds,
  SetupError,
  writtenProvider,
} from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { setupProblem } from '../failure.ts';
import type { RefusedView } from '../verdict-view.ts';

/** What a line asks for; as JSON gave it. */
export interface GateRequest {
  readonly provider: string;
  readonly keys: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface GateCache {
  /** The gate, or why there can be none. */
  gate(request: GateRequest): Gate | RefusedView;
}

/** A gate is a few kilobytes; a log of more tenants than this builds some again. */
const MAX_GATES = 1000;

/** @param now the clock of every gate. */
export function createGateCache(now: () => number): GateCache {
  const gates = new Map<string, Gate | RefusedView>();
  // Judging claims nothing, so one guard that stays empty does for all.
  const replay = new MemoryReplayGuard();
  return {
    gate(request) {
      const key = JSON.stringify([request.provider, request.keys, request.options]);
      const cached = gates.get(key);
      if (cached !== undefined) return cached;
      const gate = makeGate(request, now, replay);
      if (gates.size >= MAX_GATES) gates.delete(gates.keys().next().value ?? '');
      gates.set(key, gate);
      return gate;
    },
  };
}

function makeGate(
  { provider, keys, options }: GateRequest,
  now: () => number,
  replay: MemoryReplayGuard,
): Gate | RefusedView {
  if (!providerIds.includes(provider)) return unknownProvider(provider);
  try {
    return createGate({
      provider: writtenProvider(provider, options),
      keys: keys.map(readKey),
      allowShortKey: true,
      now,
      replay,
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return setupFault(error);
  }
}

export function unknownProvider(provider: string): RefusedView {
  return {
    ok: false,
    reason: 'unknown-provider',
    step: 'pick',
    message: `there is no provider ${JSON.stringify(provider.slice(0, 100))} in this build`,
  };
}

export function setupFault(error: SetupError): RefusedView {
  return { ok: false, reason: 'setup-error', step: 'pick', message: setupProblem(error) };
}

const MEMBERS: readonly string[] = ['secret', 'encoding', 'id', 'state', 'fromMs', 'untilMs'];

/** A member that is not understood is refused: it may have been meant to narrow what the key proves. */
export function readKey(key: unknown, index: number): string | KeySpec {
  if (typeof key === 'string') return key;
  const at = `keys[${index}]`;
  if (!isObject(key)) {
    throw new SetupError(at, 'the key is neither a text nor an object', 'Give "text" or {"secret": "text"}.');
  }
  const { secret, encoding, id, state, fromMs, untilMs, ...others } = key;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new SetupError(
      at,
      `a key has no member ${JSON.stringify(other.slice(0, 40))}`,
      `Members: ${MEMBERS.join(', ')}.`,
    );
  }
  if (typeof secret !== 'string')
    throw new SetupError(`${at}.secret`, 'there is no secret', 'Give its text.');
  if (id !== undefined && (typeof id !== 'string' || id === '')) {
    throw new SetupError(`${at}.id`, 'the id is not text', 'Give a text, or none.');
  }
  return {
    secret,
    ...(id !== undefined && { id }),
    ...(encoding !== undefined && { encoding: oneOf(encoding, KEY_ENCODINGS, `${at}.encoding`) }),
    ...(state !== undefined && { state: oneOf(state, KEY_STATES, `${at}.state`) }),
    ...(fromMs !== undefined && { fromMs: timeOf(fromMs, `${at}.fromMs`) }),
    ...(untilMs !== undefined && { untilMs: timeOf(untilMs, `${at}.untilMs`) }),
  };
}

function timeOf(value: unknown, option: string): number {
  if (typeof value === 'number') return value;
  throw new SetupError(option, 'it is not a number', 'Give milliseconds since the epoch.');
}

function oneOf<T extends string>(value: unknown, choices: readonly T[], option: string): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw new SetupError(option, 'the value is not known', `One of ${choices.join(', ')}.`);
  return choice;
}
