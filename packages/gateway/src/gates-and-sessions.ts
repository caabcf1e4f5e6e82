/** What the configuration's gates and sessions are opened with: at a start, and at a dry one. */
import { type ClaimRoom, MemoryReplayGuard } from '@countersign/core';
import type { ClaimWriter } from './claim-writer.ts';
import type { Config, GateConfig } from './config/config.ts';
import { createEngine } from './engine.ts';
import { type ClaimsAhead, createGateGuard } from './gate-guard.ts';
import { createLoadedClaims, type GuardsByGate } from './loaded-claims.ts';
import type { Log } from './log.ts';
import { createOpenGate, type OpenGate } from './open-gate.ts';
import { createOutcome } from './outcomes/create-outcome.ts';
import type { OpenSessions } from './sessions/open-sessions.ts';
import type { Store } from './store.ts';
import type { Sealer } from './tokens/seal.ts';

/** What a gate is opened with. */
export interface GateParts {
  readonly config: Config;
  readonly now: () => number;
  /** Every call to where the configuration says; forwarded requests apart, which stream. */
  readonly fetch: typeof fetch;
  readonly store: Store;
  readonly sealer: Sealer | undefined;
  readonly room: ClaimRoom;
  /** By gate. */
  readonly guards: GuardsByGate;
  readonly claimWriter: ClaimWriter;
  readonly newEventId: () => string;
  readonly log: Log;
  readonly watch: boolean;
  readonly closers: (() => void)[];
}

const SCARCE_ROOM =
  'four fifths of the claims that this gate may hold are taken; when all are, its requests are refused: raise replay.maxClaims, or shorten the gate’s replay.remember';

/** Of all gates together, whatever their number. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What a gate may hold of first answers, which are given to repeats. */
function answerBytes(gate: GateConfig, { gates }: Config): number {
  const giveAgain = gates.filter(({ replay }) => replay.repeat === 'first-answer');
  return giveAgain.includes(gate) ? Math.floor(MAX_ANSWER_BYTES / giveAgain.length) : 0;
}

/** @throws SetupError for a gate that cannot work. */
export async function openGate(gate: GateConfig, parts: GateParts): Promise<OpenGate> {
  const { config, now, fetch, claimWriter, room } = parts;
  const memory = new MemoryReplayGuard({ room, maxAnswerBytes: answerBytes(gate, config) });
  const loaded = createLoadedClaims(now());
  parts.guards.set(gate.name, { memory, loaded });
  // A store in memory has nothing to remember for.
  const remembers = config.store.kind !== 'memory';
  const guard = createGateGuard({
    guard: memory,
    loaded,
    forgets: gate.replay.repeat === 'run',
    storesClaims: gate.outcome.kind === 'keep',
    ...(remembers && { ahead: claimsAhead(gate.name, parts) }),
    onCommit: (identity, untilMs) => {
      if (remembers) claimWriter.add({ gate: gate.name, identity, untilMs: Math.ceil(untilMs) });
    },
  });
  const engine = createEngine(gate, {
    replay: guard,
    now,
    fetch,
    report: (problem) => parts.log.warn({ gate: gate.name }, problem),
  });
  if (engine !== undefined && engine.coverage.replay !== 'none') {
    room.reserveFor(memory, (scarcity) => parts.log.warn({ gate: gate.name, ...scarcity }, SCARCE_ROOM));
  }
  const outcome = await createOutcome(gate, { ...parts, engine });
  return createOpenGate({ config: gate, engine, outcome, guard });
}

function claimsAhead(gate: string, { store, log }: GateParts): ClaimsAhead {
  return {
    remember: (identity, untilMs) => store.claims.remember({ gate, identity, untilMs: Math.ceil(untilMs) }),
    release: (identity) =>
      store.claims.release(gate, identity).then(
        () => {},
        (error: unknown) =>
          log.error({ gate, error }, 'a claim was not freed in the store: after a restart it is held'),
      ),
  };
}

/** Undefined, and nothing is loaded, where the configuration has no sessions. */
export async function openSessionsOf({ config, ...parts }: GateParts): Promise<OpenSessions | undefined> {
  const { sessions } = config;
  if (sessions.length === 0) return undefined;
  const { openSessions } = await import('./sessions/open-sessions.ts');
  return openSessions({ ...parts, sessions });
}
