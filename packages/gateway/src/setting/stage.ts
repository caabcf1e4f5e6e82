/** Opens what another configuration has changed, beside all that is at work: nothing of it is seen before it is put into place. */
import type { Gate, MemoryReplayGuard } from '@countersign/core';
import { answerBytes } from '../claims/open-guard.ts';
import type { Config } from '../config/config.ts';
import type { DeliveryChange } from '../deliver/deliveries.ts';
import { destinationsOf } from '../deliver/destinations-of.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { CommonParts, GateParts } from '../gates-and-sessions.ts';
import type { RefusalsChange } from '../refused/refused-requests.ts';
import type { OpenSession } from '../sessions/open-sessions.ts';
import { type OpenPart, openGatePart, openSessionPart, partName, type Setting } from './setting.ts';

/** What was opened for another configuration, ready to take its place. */
export interface StagedSetting {
  readonly config: Config;
  /** All of the configuration, in its order: those that are new or have changed, and those that are at work already. */
  readonly gates: readonly OpenGate[];
  readonly sessions: readonly OpenSession[];
  /** Those that are new or have changed. */
  readonly opened: readonly OpenPart<OpenGate | OpenSession>[];
  /** Names of parts that the configuration has no more. */
  readonly gone: readonly string[];
  readonly deliveries: DeliveryChange;
  /** Of gates whose claims nobody has counted. */
  readonly newMemories: ReadonlyMap<string, MemoryReplayGuard>;
  /** Has claims, refused requests and findings go by it. To be called in the turn in which it takes its place. */
  adopt(): void;
  /** Closes all that was opened for it. */
  discard(): Promise<void>;
}

/** @param next whose unchanged parts are those of the setting’s own (`withUnchangedParts`) @throws SetupError; nothing is left open then */
export async function stageSetting(
  setting: Setting,
  parts: CommonParts,
  next: Config,
): Promise<StagedSetting> {
  const { config: current } = setting;
  const refused = await parts.refused.prepare(next.gates);
  const deliveries = await parts.deliveries.prepare(next);
  const explained = new Map<string, readonly [Gate, readonly Gate[]]>();
  const watchKeys: (() => void)[] = [];
  const staging: GateParts = {
    ...parts,
    config: next,
    guards: new Map(),
    memories: new Map(parts.memories),
    storedEarly: new Map(parts.storedEarly),
    deliveries,
    refused,
    findings: { add: (name, gate, older = []) => explained.set(name, [gate, older]) },
    keyUses: { open: (...gate) => void watchKeys.push(() => parts.keyUses.open(...gate)) },
  };
  const opened: OpenPart<OpenGate | OpenSession>[] = [];
  const newMemories = (): [string, MemoryReplayGuard][] =>
    [...staging.memories].filter(([name]) => !parts.memories.has(name));
  const discard = async (): Promise<void> => {
    await Promise.all(opened.map(({ part }) => part.close()));
    await deliveries.discard();
    for (const [, memory] of newMemories()) parts.room.leave(memory);
  };
  const gates: OpenGate[] = [];
  const sessions: OpenSession[] = [];
  try {
    for (const gate of next.gates) {
      const before = setting.gates.find(({ config }) => config.name === gate.name);
      if (before?.config === gate && deliversAlike(gate.name, current, next) && keepsAlike(before, refused)) {
        gates.push(before);
        continue;
      }
      const part = await openGatePart(gate, staging, before);
      opened.push(part);
      gates.push(part.open);
    }
    for (const session of next.sessions) {
      const before = setting.sessions.find(({ config }) => config.name === session.name);
      if (before?.config === session && deliversAlike(session.name, current, next)) {
        sessions.push(before);
        continue;
      }
      const part = await openSessionPart(session, staging);
      opened.push(part);
      sessions.push(part.open);
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    config: next,
    gates,
    sessions,
    opened,
    gone: goneParts(current, next),
    deliveries,
    newMemories: new Map(newMemories()),
    adopt: () => adopt(parts, staging, { explained, watchKeys, refused, next, current }),
    discard,
  };
}

function deliversAlike(name: string, current: Config, next: Config): boolean {
  const before = destinationsOf(name, current);
  const after = destinationsOf(name, next);
  return before.length === after.length && before.every((destination, i) => destination === after[i]);
}

/** A gate’s bounds may change with the number of gates that keep what they refuse: it goes by the same object then. */
function keepsAlike({ refusals, config }: OpenGate, refused: RefusalsChange): boolean {
  return refusals === refused.ofGate(config.name);
}

function goneParts(current: Config, next: Config): readonly string[] {
  const gates = current.gates.filter((gate) => !isNamed(next.gates, gate));
  const sessions = current.sessions.filter((session) => !isNamed(next.sessions, session));
  return [
    ...gates.map((gate) => partName('gates', gate)),
    ...sessions.map((session) => partName('sessions', session)),
  ];
}

function isNamed(list: readonly { readonly name: string }[], { name }: { readonly name: string }): boolean {
  return list.some((item) => item.name === name);
}

interface Adopted {
  readonly explained: ReadonlyMap<string, readonly [Gate, readonly Gate[]]>;
  readonly watchKeys: readonly (() => void)[];
  readonly refused: RefusalsChange;
  readonly next: Config;
  readonly current: Config;
}

function adopt(
  parts: CommonParts,
  staging: GateParts,
  { explained, watchKeys, refused, next, current }: Adopted,
): void {
  refused.commit();
  for (const [name, [gate, older]] of explained) parts.findings.add(name, gate, older);
  for (const watch of watchKeys) watch();
  for (const { name, keepRefused } of current.gates) {
    const after = next.gates.find((gate) => gate.name === name);
    if (keepRefused !== undefined && after?.keepRefused === undefined) parts.findings.remove(name);
  }
  for (const [name, guard] of staging.guards) parts.guards.set(name, guard);
  for (const [name, memory] of staging.memories) parts.memories.set(name, memory);
  for (const [name, stored] of staging.storedEarly) parts.storedEarly.set(name, stored);
  for (const gate of next.gates) parts.memories.get(gate.name)?.boundAnswers(answerBytes(gate, next));
}
