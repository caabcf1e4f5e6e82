/** What the schema cannot say of a value by itself: defaults that depend on others, and paths relative to the file's folder. */
import { resolve as resolvePath } from 'node:path';
import { BROKERS } from '../sessions/brokers/all.generated.ts';
import type { Config, OutcomeConfig, SessionConfig } from './config.ts';
import type { KeysFromConfig } from './keys-from-config.ts';
import { LEAST_ROOM_BYTES } from './limits-schema.ts';
import { resolveListen } from './listen-schema.ts';
import type { ReadOutcome } from './outcome-schema.ts';
import { createDestinationList, type DestinationList } from './resolve-destinations.ts';
import { resolveStore } from './resolve-store.ts';
import type { ReadConfig } from './schema.ts';
import { brokerOf } from './session-rules.ts';
import type { ReadSession } from './session-schema.ts';

export interface ResolveOptions {
  /** Relative paths are relative to this folder. */
  readonly baseDir: string;
}

/** The whole configuration. @param read has passed the rules. */
export function resolveConfig(read: ReadConfig, { baseDir }: ResolveOptions): Config {
  const {
    storeKey,
    previousStoreKey = [],
    secrets: _,
    gates: readGates = {},
    sessions = {},
    destinations = {},
    ...rest
  } = read;
  const list = createDestinationList(destinations, baseDir);
  const gates = Object.entries(readGates).map(([name, gate]) => ({
    name,
    maxBodyBytes: read.limits.maxBodyBytes,
    ...gate,
    ...(gate.keysFrom && { keysFrom: resolveKeysFrom(gate.keysFrom, baseDir) }),
    outcome: resolveOutcome(name, gate.outcome, list, baseDir),
  }));
  const largestBody = Math.max(read.limits.maxBodyBytes, ...gates.map((gate) => gate.maxBodyBytes));
  return {
    ...rest,
    listen: resolveListen(read.listen, baseDir),
    store: resolveStore(read.store, baseDir),
    limits: { maxBodyBytesInFlight: Math.max(LEAST_ROOM_BYTES, 3 * largestBody), ...read.limits },
    ...(storeKey !== undefined && { storeKey }),
    ...(previousStoreKey.length > 0 && { previousStoreKeys: previousStoreKey }),
    gates,
    sessions: Object.entries(sessions).map(([name, session]) => resolveSession(name, session, list)),
    destinations: list.destinations,
  };
}

function resolveKeysFrom({ source, ...rest }: KeysFromConfig, baseDir: string): KeysFromConfig {
  switch (source.kind) {
    case 'folder':
      return { ...rest, source: { ...source, folder: resolvePath(baseDir, source.folder) } };
    case 'function':
      return { ...rest, source: { ...source, file: resolvePath(baseDir, source.file) } };
    case 'url':
    case 'sql':
      return { ...rest, source };
  }
}

function resolveOutcome(
  name: string,
  outcome: ReadOutcome,
  list: DestinationList,
  baseDir: string,
): OutcomeConfig {
  if (outcome.kind === 'answer')
    return { ...outcome, actionsFile: resolvePath(baseDir, outcome.actionsFile) };
  if (outcome.kind !== 'keep') return outcome;
  return { ...outcome, deliver: list.namesOf(name, outcome.deliver, `gates.${name}.keep.deliver`) };
}

/** The rules made sure of what the broker needs. */
function resolveSession(name: string, session: ReadSession, list: DestinationList): SessionConfig {
  const id = brokerOf(name, session.broker);
  if (id === undefined) throw new TypeError(`the session ${name} has no broker`);
  const broker = BROKERS[id];
  const { at, requestsPerMinute, timeoutMs, auth, keep, origins = broker.defaultOrigins(session) } = session;
  const deliver = list.namesOf(name, session.deliver, `sessions.${name}.deliver`);
  const base = { name, at, origins, requestsPerMinute, timeoutMs, auth, deliver, keep };
  return { ...base, ...broker.settings(session) };
}
