/** Plays scenarios against the demo's gateway, and puts the gateway's verdict beside what was expected. */
import { randomUUID } from 'node:crypto';
import { HeaderList, type SignedRequest } from '@countersign/core';
import type { Gateway, VerdictRecord } from '@countersign/gateway';
import {
  type Expectation,
  type SandboxKeys,
  type SandboxRequest,
  type Scenario,
  scenarioRequest,
  send,
} from '@countersign/sandbox';
import type { Io } from '../io.ts';

/** One request that the gateway judged: a scenario's, or one that somebody else sent. */
export interface Played {
  readonly timeMs: number;
  readonly record: VerdictRecord;
  /** Absent where the request came from elsewhere. */
  readonly scenario?: Scenario;
  /** Whether status and verdict are the expected ones; absent as `scenario` is. */
  readonly asExpected?: boolean;
}

export interface PlayerOptions {
  readonly gateway: Pick<Gateway, 'publicUrl' | 'onVerdict'>;
  readonly keys: SandboxKeys;
  readonly io: Pick<Io, 'now' | 'fetch'>;
  /** Called for each request that the gateway judged. */
  readonly onPlayed: (played: Played) => void;
}

export interface Player {
  /** Forgets what was sent, so that nothing new is taken for a repeat. */
  newRun(): void;
  /** Sends one scenario and waits for its answer. @throws Error where none came. */
  play(scenario: Scenario): Promise<void>;
  /** Whether the scenario was sent in this run: only then can one send its bytes again. */
  hasSent(id: string): boolean;
  /** A scenario's request for somebody else to send: of a run of its own, so that none of ours is a repeat of it. */
  request(scenario: Scenario): SignedRequest;
}

export function createPlayer({ gateway, keys, io, onPlayed }: PlayerOptions): Player {
  let sent = new Map<string, SandboxRequest>();
  let runId: string = randomUUID();
  /** The scenario that is on its way. The gateway's record names no scenario: it is told by method and path. */
  let pending: { readonly scenario: Scenario; readonly request: SandboxRequest } | undefined;
  gateway.onVerdict((record) => {
    const timeMs = io.now();
    const isOurs =
      pending?.request.method === record.method && pending.request.path.split('?', 1)[0] === record.path;
    if (!isOurs || pending === undefined) return onPlayed({ timeMs, record });
    const { scenario } = pending;
    pending = undefined;
    onPlayed({ timeMs, record, scenario, asExpected: isAsExpected(scenario.expect, record) });
  });
  const build = (scenario: Scenario, run: string): SandboxRequest =>
    scenarioRequest(scenario, { keys, nowMs: io.now(), runId: run }, sent);
  return {
    newRun() {
      runId = randomUUID();
      sent = new Map();
    },
    async play(scenario) {
      const request = build(scenario, runId);
      sent.set(scenario.id, request);
      pending = { scenario, request };
      await send(request, gateway.publicUrl, { fetch: io.fetch });
    },
    hasSent: (id) => sent.has(id),
    request: (scenario) => signedRequestOf(build(scenario, randomUUID()), gateway.publicUrl),
  };
}

/** The verdict in the scenarios' words: `accepted`, `handshake` or the reason. */
export function verdictWord({ verdict, reason }: VerdictRecord): string {
  return reason ?? verdict;
}

function isAsExpected({ status, verdict }: Expectation, record: VerdictRecord): boolean {
  return record.status === status && verdictWord(record) === verdict;
}

function signedRequestOf({ method, path, headers, body }: SandboxRequest, publicUrl: string): SignedRequest {
  const flat = headers.flatMap(({ name, value }) => [name, value]);
  return { method, url: publicUrl + path, headers: new HeaderList(flat), body };
}
