/** The process groups of commands that run: they end with this process, however that ends. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Tells the listeners of configurations that are loaded at the same time from anybody else’s. */
const OWN: unique symbol = Symbol.for('countersign.command-groups');

export class CommandGroups {
  readonly #pids = new Set<number>();
  readonly #onExit = (): void => this.#endAll();
  readonly #onSignal = Object.assign((signal: NodeJS.Signals): void => this.#endBy(signal), { [OWN]: true });

  /** @param pid of its leader */
  add(pid: number): void {
    if (this.#pids.size === 0) {
      process.on('exit', this.#onExit);
      for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    }
    this.#pids.add(pid);
  }

  /** Ends it with all that is left of it. */
  end(pid: number): void {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
    if (this.#pids.delete(pid) && this.#pids.size === 0) this.#stopListening();
  }

  #endAll(): void {
    for (const pid of [...this.#pids]) this.end(pid);
  }

  /** Whoever else listens decides what a signal does. Where nobody does it ends the process, without an `exit`. */
  #endBy(signal: NodeJS.Signals): void {
    if (process.listeners(signal).some((listener) => !(OWN in listener))) return;
    this.#endAll();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  }

  #stopListening(): void {
    process.off('exit', this.#onExit);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
