/** What the configuration has open at the moment: gates and sessions, and what is shown of what they keep. */
import type { Config, GateConfig, SessionConfig } from '../config/config.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import { noValidKey } from '../gates/core-gate.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { type CommonParts, type GateParts, openGate, openSessionWith } from '../gates-and-sessions.ts';
import { createMasks, type Masks } from '../keeping/masks.ts';
import { type RememberedMasks, readMasks, rememberMasks } from '../keeping/remembered-masks.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { OpenSession } from '../sessions/open-sessions.ts';

/** Lists are changed in place by a reload: whoever holds one sees what there is now. */
export class Setting {
  readonly gates: OpenGate[] = [];
  readonly sessions: OpenSession[] = [];
  readonly destinations: DestinationConfig[] = [];
  readonly masks: Masks;
  #config: Config;
  #masks: Masks;

  constructor(config: Config, remembered: RememberedMasks) {
    this.#config = config;
    this.#masks = createMasks(config, remembered);
    this.destinations.push(...config.destinations);
    this.masks = {
      has: (gate) => this.#masks.has(gate),
      names: () => this.#masks.names(),
      delivery: (delivery) => this.#masks.delivery(delivery),
      attempt: (attempt, gate) => this.#masks.attempt(attempt, gate),
      event: (event) => this.#masks.event(event),
      summary: (event) => this.#masks.summary(event),
      refused: (request) => this.#masks.refused(request),
      refusedHead: (head) => this.#masks.refusedHead(head),
    };
  }

  get config(): Config {
    return this.#config;
  }

  /** Why nothing can be accepted: no gate has a key that is valid now. What takes unsigned requests, or has sessions, can. */
  idleBecause(nowMs: number): string | undefined {
    const isIdle = this.gates.every(
      ({ coreGate }) => coreGate !== undefined && noValidKey(coreGate, nowMs) !== undefined,
    );
    return isIdle && this.sessions.length === 0 ? 'no gate has a key that is valid now' : undefined;
  }

  change(config: Config, { gates, sessions, remembered }: SettingParts): void {
    this.#config = config;
    this.#masks = createMasks(config, remembered);
    this.gates.splice(0, this.gates.length, ...gates);
    this.sessions.splice(0, this.sessions.length, ...sessions);
    this.destinations.splice(0, this.destinations.length, ...config.destinations);
  }
}

/** What a setting is changed to. */
export interface SettingParts {
  readonly gates: readonly OpenGate[];
  readonly sessions: readonly OpenSession[];
  readonly remembered: RememberedMasks;
}

/** Something that was opened, and the part by which it ends. */
export interface OpenPart<Open> {
  readonly open: Open;
  readonly name: string;
  /** All that it has opened. Not in any list yet. */
  readonly part: Lifecycle;
}

/** Opens all that the configuration has, and adds it to the lifecycle. @throws SetupError for what cannot work */
export async function openSetting(parts: CommonParts): Promise<Setting> {
  const { config, lifecycle } = parts;
  const { records } = parts.store;
  const remembered = await readMasks(records);
  await rememberMasks(records, config, remembered);
  const setting = new Setting(config, remembered);
  const gates: OpenGate[] = [];
  for (const gate of config.gates) {
    const { open, name, part } = await openGatePart(gate, parts);
    lifecycle.add(name, part);
    gates.push(open);
  }
  const sessions: OpenSession[] = [];
  for (const session of config.sessions) {
    const { open, name, part } = await openSessionPart(session, parts);
    lifecycle.add(name, part);
    sessions.push(open);
  }
  setting.change(config, { gates, sessions, remembered });
  return setting;
}

/** @param earlier the gate whose place it takes @throws SetupError; nothing is left open then */
export async function openGatePart(
  gate: GateConfig,
  parts: GateParts,
  earlier?: OpenGate,
): Promise<OpenPart<OpenGate>> {
  return openWithin(partName('gates', gate), parts, (within) => openGate(gate, within, earlier));
}

export async function openSessionPart(
  session: SessionConfig,
  parts: GateParts,
): Promise<OpenPart<OpenSession>> {
  return openWithin(partName('sessions', session), parts, (within) => openSessionWith(session, within));
}

export function partName(kind: 'gates' | 'sessions', { name }: { readonly name: string }): string {
  return `${kind}.${name}`;
}

async function openWithin<Open>(
  name: string,
  parts: GateParts,
  open: (within: GateParts) => Promise<Open>,
): Promise<OpenPart<Open>> {
  const part = parts.lifecycle.within();
  try {
    return { open: await open({ ...parts, lifecycle: part }), name, part };
  } catch (error) {
    await part.close();
    throw error;
  }
}
