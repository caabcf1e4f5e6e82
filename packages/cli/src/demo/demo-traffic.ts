/** The traffic of the demo: one scenario at a time, by itself or as an operator asks, and paused where one says so. */
import { once } from 'node:events';
import type { SandboxControl, SandboxResult, SandboxScenario } from '@countersign/gateway';
import type { Scenario } from '@countersign/sandbox';
import { type Played, type Player, verdictWord } from './player.ts';

export class DemoTraffic implements SandboxControl {
  readonly #byId: ReadonlyMap<string, Scenario>;
  readonly #last = new Map<string, SandboxResult>();
  readonly #resumed = new EventTarget();
  #player: Pick<Player, 'play' | 'hasSent'> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isPlaying = true;

  constructor(scenarios: readonly Scenario[]) {
    this.#byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  }

  scenarios(): readonly SandboxScenario[] {
    return [...this.#byId.values()].map(({ id, title, provider, expect }) => {
      const last = this.#last.get(id);
      return { id, title, provider, expects: expect.verdict, ...(last && { last }) };
    });
  }

  /** What the gate made of one of them. */
  note({ scenario, record, timeMs }: Played): void {
    if (scenario === undefined) return;
    this.#last.set(scenario.id, {
      requestId: record.requestId,
      verdict: verdictWord(record),
      atMs: timeMs,
    });
  }

  /** Names who plays: the gateway listens by then. */
  connect(player: Pick<Player, 'play' | 'hasSent'>): void {
    this.#player = player;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  pause(): void {
    this.#isPlaying = false;
  }

  resume(): void {
    this.#isPlaying = true;
    this.#resumed.dispatchEvent(new Event('resumed'));
  }

  /** Resolves at once where it plays; else when it is resumed, or the signal ends it. */
  async untilPlaying(signal: AbortSignal): Promise<void> {
    while (!this.#isPlaying && !signal.aborted)
      await once(this.#resumed, 'resumed', { signal }).catch(() => {});
  }

  async play(id: string): Promise<boolean> {
    const scenario = this.#byId.get(id);
    const player = this.#player;
    if (scenario === undefined || player === undefined) return false;
    if (scenario.kind === 'again' && !player.hasSent(scenario.of)) await this.play(scenario.of);
    // The verdict of one is known by its being the only one on its way.
    const played = this.#turn.then(() => player.play(scenario));
    this.#turn = played.catch(() => {});
    await played;
    return true;
  }
}
