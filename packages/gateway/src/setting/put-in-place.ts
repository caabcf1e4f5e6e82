/** Has what was opened for another configuration take the place of what is at work, in one turn; what it replaces ends when nobody uses it any more. */
import { SetupError } from '@countersign/core';
import { learnBehind } from '../claims/earlier-claims.ts';
import type { Config } from '../config/config.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { type CommonParts, logProofWarnings } from '../gates-and-sessions.ts';
import type { BodyBudget } from '../http/body-budget.ts';
import type { Endpoint } from '../http/endpoints.ts';
import type { RoutingRules } from '../http/routing.ts';
import { createFullTextIndex, fullTextGates } from '../keeping/full-text.ts';
import { keepersOf } from '../keeping/keepers.ts';
import { type RememberedMasks, readMasks, rememberMasks } from '../keeping/remembered-masks.ts';
import { createRetention } from '../keeping/retention.ts';
import { closedBy, type Part } from '../lifecycle.ts';
import type { OutsideCounts } from '../metrics/outside-counts.ts';
import { createPathTable, type PathRoute, type PathTable } from '../paths/path-table.ts';
import type { OpenSession } from '../sessions/open-sessions.ts';
import { partName, type Setting } from './setting.ts';
import { type StagedSetting, stageSetting } from './stage.ts';

export const RETENTION = 'what is kept no longer';
export const FULL_TEXT = 'the full-text index';
export const PUBLIC_LISTENER = 'the public listener';

export interface PlaceParts {
  readonly parts: CommonParts;
  readonly setting: Setting;
  readonly bodies: BodyBudget;
  readonly outside: OutsideCounts;
  readonly routesOf: (
    gates: readonly OpenGate[],
    sessions: readonly OpenSession[],
  ) => readonly PathRoute<Endpoint>[];
  /** Resolves when all requests are over that were routed by the table before. */
  readonly reroute: (rules: RoutingRules) => Promise<void>;
  /** Reads certificates. The result puts them to use. @throws SetupError */
  readonly stageTls: (next: Config) => Promise<() => void>;
}

/** Opens what has changed and puts it into place. @throws SetupError, StoreError; nothing has changed then */
export async function putInPlace(place: PlaceParts, next: Config): Promise<void> {
  const { parts, setting } = place;
  await forgetGone(place);
  const useTls = await place.stageTls(next);
  const staged = await stageSetting(setting, parts, next);
  let ready: Ready;
  try {
    ready = await prepare(place, staged);
  } catch (error) {
    await staged.discard();
    throw error;
  }
  // Nothing is waited for from here on.
  useTls();
  commit(place, ready);
}

/** What is masked from now on is in the store before anything is kept under it. @throws SetupError, StoreError */
async function prepare({ parts, routesOf }: PlaceParts, staged: StagedSetting): Promise<Ready> {
  const { records } = parts.store;
  const table = createPathTable(routesOf(staged.gates, staged.sessions));
  const remembered = await readMasks(records);
  await rememberMasks(records, staged.config, remembered);
  if (parts.lifecycle.isEnding)
    throw new SetupError('', 'the gateway is stopping', 'Start it again: it reads the file then.');
  return { staged, table, remembered };
}

/** All that is ready to take its place. */
interface Ready {
  readonly staged: StagedSetting;
  readonly table: PathTable<Endpoint>;
  readonly remembered: RememberedMasks;
}

function commit(place: PlaceParts, { staged, table, remembered }: Ready): void {
  const { parts, setting, bodies, outside } = place;
  const { lifecycle, log, now } = parts;
  const { config: next, gates, sessions, opened } = staged;
  const before = new Set(opened.map(({ name }) => name).filter((name) => isOpen(setting, name)));
  const fullTextBefore = fullTextGates(setting.config);
  const keepers = JSON.stringify(keepersOf(setting.config));
  const untilMs = performance.now() + next.limits.drainTimeoutMs;
  staged.adopt();
  const deliveries = staged.deliveries.commit(untilMs);
  setting.change(next, { gates, sessions, remembered });
  outside.name(next.sessions.map(({ name }) => name));
  bodies.bound(next.limits.maxBodyBytesInFlight);
  const over = place.reroute({ endpoints: table, maxInFlight: next.limits.maxRequestsInFlight });
  const ended: Promise<void>[] = [deliveries];
  for (const { name, part } of opened) {
    if (before.has(name)) ended.push(lifecycle.replace(name, part, untilMs, over));
    else lifecycle.add(name, part, PUBLIC_LISTENER);
  }
  for (const name of staged.gone) ended.push(lifecycle.remove(name, untilMs, over));
  learnClaims(parts, staged);
  if (keepers !== JSON.stringify(keepersOf(next)))
    ended.push(lifecycle.replace(RETENTION, openRetention(parts, next), untilMs));
  if (JSON.stringify(fullTextBefore) !== JSON.stringify(fullTextGates(next)))
    ended.push(lifecycle.replace(FULL_TEXT, openFullText(parts, next), untilMs));
  for (const { open } of opened) {
    if ('resume' in open) open.resume();
    else {
      logProofWarnings(open, parts.notices, now());
      // A key may have been changed at the gate that was there, while this one was opened.
      ended.push(open.keys.refresh().then(() => undefined));
    }
  }
  for (const end of ended)
    end.catch((error: unknown) =>
      log.error(
        { error },
        'something that a reload of the configuration has replaced did not end as it should',
      ),
    );
}

/** Gates that come back, or that an earlier run had, may have some in the store. */
function learnClaims(
  { store: { claims }, config, now, log, lifecycle }: CommonParts,
  staged: StagedSetting,
): void {
  const { newMemories: memories, opened } = staged;
  if (memories.size === 0 || config.store.kind === 'memory') return;
  const gates = opened.filter(({ open }) => !('resume' in open) && memories.has(open.config.name));
  const isStopped = (): boolean => lifecycle.isEnding || gates.every(({ part }) => part.isEnding);
  const learning = learnBehind({ claims, memories, nowMs: now(), isStopped, log });
  // A gate that goes meanwhile waits for nothing; only the store must not end before.
  const waitAtTheEnd = closedBy(() => (lifecycle.isEnding ? learning.close() : undefined));
  for (const { part } of gates) part.add('its claims from before', waitAtTheEnd);
}

function isOpen({ gates, sessions }: Setting, part: string): boolean {
  return (
    gates.some(({ config }) => partName('gates', config) === part) ||
    sessions.some(({ config }) => partName('sessions', config) === part)
  );
}

/** What is kept no longer goes, from a minute after on. */
export function openRetention({ store, now, log }: CommonParts, config: Config): Part {
  const retention = createRetention({
    keepers: keepersOf(config),
    events: store.events,
    upkeep: store.upkeep,
    now,
    log,
  });
  return closedBy(() => retention.close());
}

/** Of gates that have an index, and of those that have had one. */
export function openFullText({ store, log }: CommonParts, config: Config): Part {
  const index = createFullTextIndex({ gates: fullTextGates(config), store: store.fullText, log });
  return closedBy(() => index.close());
}

/**
 * The claims of gates that are gone: the store has them, where there is one, and asks nobody. In memory they stay until they have ended, for a
 * gate may come back.
 */
async function forgetGone({ parts, setting }: PlaceParts): Promise<void> {
  const { memories, guards, storedEarly, claimsGivenUp, room, config, now } = parts;
  // What was committed a moment ago is in the store then.
  await parts.claimWriter.flush();
  for (const [name, memory] of memories) {
    if (setting.gates.some((gate) => gate.config.name === name) || parts.lifecycle.has(`gates.${name}`))
      continue;
    if (config.store.kind === 'memory') {
      memory.sweep(now());
      if (memory.size > 0) continue;
    }
    room.leave(memory);
    memories.delete(name);
    guards.delete(name);
    storedEarly.delete(name);
    claimsGivenUp.delete(name);
  }
}
