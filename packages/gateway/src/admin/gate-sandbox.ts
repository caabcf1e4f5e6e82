/**
 * A sandbox made of a gateway's own gates: for each one whose keys can sign, a genuine request, the same with a changed body, one without a
 * proof, and one that comes twice. Each goes through the public listener, the way of every request; so outcomes run as for a sender's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { SignedRequest } from '@countersign/core';
import { gateAt } from '@countersign/core/explain';
import { withoutProof } from '@countersign/core/internal/without-proof';
import { SECOND } from '../config/units.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Passed, PassThrough } from './pass-through.ts';
import { Problem } from './problem.ts';
import { type SampleCircumstances, sampleRequest, withChangedBody } from './sample-request.ts';
import type { SandboxControl, SandboxResult, SandboxScenario } from './sandbox-control.ts';

export interface GateSandboxOptions {
  /** Those of the moment. */
  readonly gates: readonly OpenGate[];
  readonly passThrough: PassThrough;
  /** What requests name as their host. */
  readonly publicHost: () => string;
  readonly now: () => number;
  /** Waits between two requests that are sent by themselves. Default: for two seconds. */
  readonly wait?: (signal: AbortSignal) => Promise<void>;
}

const PAUSE_MS = 2_000;

/** One request of a gate, or the same bytes several times, and what the gate makes of the last. */
interface Trial {
  readonly scenario: SandboxScenario;
  readonly request: SignedRequest;
  readonly times: 1 | 2;
}

export class GateSandbox implements SandboxControl {
  readonly #options: GateSandboxOptions;
  /** By the id of the scenario; of gates that are there. */
  readonly #last = new Map<string, SandboxResult>();
  #playing: AbortController | undefined;
  #isClosed = false;
  #sentMs = 0;

  constructor(options: GateSandboxOptions) {
    this.#options = options;
  }

  async scenarios(): Promise<readonly SandboxScenario[]> {
    const trials = await this.#trials();
    const ids = new Set(trials.map(({ scenario }) => scenario.id));
    for (const id of this.#last.keys()) if (!ids.has(id)) this.#last.delete(id);
    return trials.map(({ scenario }) => {
      const last = this.#last.get(scenario.id);
      return last === undefined ? scenario : { ...scenario, last };
    });
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  pause(): void {
    this.#playing?.abort();
    this.#playing = undefined;
  }

  resume(): void {
    if (this.#isClosed || this.#playing !== undefined) return;
    this.#playing = new AbortController();
    void this.#playOn(this.#playing.signal);
  }

  close(): void {
    this.#isClosed = true;
    this.pause();
  }

  async play(id: string): Promise<boolean> {
    const trial = (await this.#trials(this.#nextMs())).find(({ scenario }) => scenario.id === id);
    if (trial === undefined) return false;
    await this.#send(trial);
    return true;
  }

  /** One after another, from the first again after the last; a reload changes what comes. */
  async #playOn(signal: AbortSignal): Promise<void> {
    const { wait = pause } = this.#options;
    for (let turn = 0; !signal.aborted; turn++) {
      // No request can be made at the moment, or the gateway stops or is busy: the next may be answered.
      await this.#playTurn(turn, signal).catch(() => {});
      await wait(signal);
    }
  }

  async #playTurn(turn: number, signal: AbortSignal): Promise<void> {
    const trials = await this.#trials(this.#nextMs());
    const trial = trials[turn % trials.length];
    if (trial !== undefined && !signal.aborted) await this.#send(trial);
  }

  async #send({ scenario, request, times }: Trial): Promise<void> {
    const { passThrough, now } = this.#options;
    let passed = await passThrough(request);
    if (times === 2 && !(passed instanceof Problem)) passed = await passThrough(request);
    if (passed instanceof Problem) throw new Error(passed.detail);
    this.#last.set(scenario.id, {
      requestId: passed.requestId,
      verdict: verdictWord(passed.verdict),
      atMs: Math.floor(now()),
    });
  }

  /** A second after the last that was sent: some senders’ requests differ in it alone. */
  #nextMs(): number {
    const nowMs = this.#options.now();
    this.#sentMs = Math.min(Math.max(nowMs, this.#sentMs + SECOND), nowMs + MOST_AHEAD_MS);
    return this.#sentMs;
  }

  async #trials(signedMs = this.#options.now()): Promise<readonly Trial[]> {
    const { gates, publicHost, now } = this.#options;
    const host = publicHost();
    const ofGates: Trial[][] = [];
    for (const gate of gates) ofGates.push(await trialsOf(gate, { host, nowMs: now(), signedMs }));
    return ofGates.flat();
  }
}

/** Less than any tolerance. */
const MOST_AHEAD_MS = 4 * SECOND;

/** None where no key of the gate signs. */
async function trialsOf(gate: OpenGate, at: SampleCircumstances): Promise<Trial[]> {
  const { config, coreGate } = gate;
  const signed = await sampleRequest(gate, at);
  if (signed === undefined || coreGate === undefined) return [];
  const { provider, coverage } = coreGate;
  const judge = gateAt(coreGate, at.nowMs);
  const trial = (name: string, title: string, request: SignedRequest, expects: string): Trial => ({
    scenario: { id: `${config.name}/${name}`, title, provider, expects },
    request,
    times: 1,
  });
  const reasonOf = async (request: SignedRequest): Promise<string> => {
    const verdict = await judge.verify(request);
    return verdict.ok ? 'accepted' : verdict.reason;
  };
  const trials = [trial('signed', 'a genuine request', signed, 'accepted')];
  const changed = withChangedBody(signed);
  if (changed !== undefined) {
    const isCovered = coverage.covered.includes('body');
    const note = isCovered ? '' : ', which the proof does not cover';
    trials.push(
      trial('tampered', `its body was changed after it was signed${note}`, changed, await reasonOf(changed)),
    );
  }
  const unsigned = await withoutProof(coreGate, signed);
  trials.push(trial('unsigned', 'without a proof', unsigned, await reasonOf(unsigned)));
  const isRemembered = coverage.replay !== 'none' && config.replay.repeat !== 'run';
  const twice = isRemembered ? '' : ', of which the gate knows nothing';
  const repeated = trial(
    'repeated',
    `the same request twice${twice}`,
    signed,
    isRemembered ? 'replayed' : 'accepted',
  );
  return [...trials, { ...repeated, times: 2 }];
}

/** In the words of what is expected. */
function verdictWord({ kind, reason }: Passed['verdict']): string {
  return reason ?? kind;
}

function pause(signal: AbortSignal): Promise<void> {
  return delay(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
}
