/** The program of the process that runs commands. */
import type { ChildProcess } from 'node:child_process';
import type { CommandEnd, CommandJob, FromHost, ToHost } from './command-messages.ts';

/**
 * It is started with this function's own text, wherever that comes from (sources, build, the command line's one program): so it uses nothing of
 * its file, and nothing that would have to be imported.
 */
export function commandHostMain(): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const MAX_OUTPUT_BYTES = 4_096;
  /** How long what a command has started may hold its output open once it has ended. */
  const OUTPUT_AFTER_MS = 500;

  const runs = new Map<number, Run>();
  const tell = (message: FromHost): void => {
    // Nobody listens where the gateway is gone.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };

  /** One process, with all that it starts in its group. */
  class Run {
    readonly #id: number;
    readonly #killAfterMs: number;
    readonly #output: Buffer[] = [];
    readonly #errors: Buffer[] = [];
    #child: ChildProcess | undefined;
    #killTimer: NodeJS.Timeout | undefined;
    #outputTimer: NodeJS.Timeout | undefined;
    #hasExited = false;
    #isStopped = false;
    #wasKilled = false;
    #isSettled = false;
    /** Nothing of it is there any more, but what it left in the background by itself. */
    #isGone = false;
    #code: number | null = null;
    #killedBy: string | null = null;

    constructor(id: number, killAfterMs: number) {
      this.#id = id;
      this.#killAfterMs = killAfterMs;
    }

    begin(job: CommandJob): void {
      try {
        this.#start(job);
      } catch (error) {
        this.#fail(error);
      }
    }

    #start({ program, args, directory, environment, body }: CommandJob): void {
      const child = spawn(program, args, {
        env: environment as NodeJS.ProcessEnv,
        ...(directory !== undefined && { cwd: directory }),
        // A process group of its own, so that what it starts ends with it.
        detached: true,
        shell: false,
        stdio: 'pipe',
      });
      this.#child = child;
      if (child.pid !== undefined) tell({ kind: 'started', id: this.#id, pid: child.pid });
      child.stdout.on('data', (bytes: Buffer) => keep(this.#output, bytes));
      child.stderr.on('data', (bytes: Buffer) => keep(this.#errors, bytes));
      child.once('error', (error) => this.#fail(error));
      child.once('exit', (code, killedBy) => this.#exit(code, killedBy));
      // A command that reads nothing, or not all, is no failure: its exit code says what is.
      child.stdin.on('error', () => {});
      child.stdin.end(body);
    }

    stop(by: 'SIGTERM' | 'SIGKILL'): void {
      // It has ended by itself; its output may come still.
      if (this.#hasExited && !this.#isStopped) {
        this.#settle();
        return;
      }
      this.#isStopped = true;
      this.#signalGroup(by);
      clearTimeout(this.#killTimer);
      if (by === 'SIGTERM') this.#killTimer = setTimeout(() => this.stop('SIGKILL'), this.#killAfterMs);
      else this.#killed();
    }

    /** Nothing survives SIGKILL for long but what the kernel holds, and nobody waits for that. */
    #killed(): void {
      this.#wasKilled = true;
      this.#settle();
      if (this.#hasExited || this.#child?.pid === undefined) this.#leave();
    }

    #exit(code: number | null, killedBy: string | null): void {
      this.#hasExited = true;
      this.#code = code;
      this.#killedBy = killedBy;
      this.#child?.once('close', () => this.#settle());
      // What runs on in the background may hold the output open for ever.
      this.#outputTimer = setTimeout(() => this.#settle(), OUTPUT_AFTER_MS);
      // What a command has started that was stopped has the rest of the time to end.
      const isAlone = this.#wasKilled || !this.#signalGroup(0);
      if (this.#isStopped && isAlone) this.#leave();
    }

    #fail(error: unknown): void {
      const errorCode = error instanceof Error && 'code' in error ? String(error.code) : '';
      this.#settle({ kind: 'not-started', errorCode });
      this.#leave();
    }

    #settle(end: CommandEnd = this.#end()): void {
      if (this.#isSettled) return;
      this.#isSettled = true;
      clearTimeout(this.#outputTimer);
      tell({ kind: 'end', id: this.#id, end });
      for (const pipe of [this.#child?.stdin, this.#child?.stdout, this.#child?.stderr]) pipe?.destroy();
      if (this.#isGone || (this.#hasExited && !this.#isStopped)) this.#leave();
    }

    #end(): CommandEnd {
      const output = Buffer.concat([...this.#output, ...this.#errors]).subarray(0, MAX_OUTPUT_BYTES);
      if (this.#isStopped) return { kind: 'stopped', output };
      return { kind: 'ended', code: this.#code, killedBy: this.#killedBy, output };
    }

    #leave(): void {
      clearTimeout(this.#killTimer);
      this.#isGone = true;
      // What it said may come still.
      if (!this.#isSettled) return;
      runs.delete(this.#id);
      tell({ kind: 'left', id: this.#id });
      if (!process.connected && runs.size === 0) process.exit();
    }

    /** @returns whether anybody was there */
    #signalGroup(by: NodeJS.Signals | 0): boolean {
      const pid = this.#child?.pid;
      if (pid === undefined) return false;
      try {
        return process.kill(-pid, by);
      } catch {
        return false;
      }
    }
  }

  function keep(chunks: Buffer[], bytes: Buffer): void {
    const room = MAX_OUTPUT_BYTES - chunks.reduce((sum, { length }) => sum + length, 0);
    // A copy: a chunk is a window on a buffer of 64 KB.
    if (room > 0) chunks.push(Buffer.from(bytes.subarray(0, room)));
  }

  function stopAll(by: 'SIGTERM' | 'SIGKILL'): void {
    for (const run of runs.values()) run.stop(by);
    if (runs.size === 0) process.exit();
  }

  process.title = 'countersign: commands';
  // Whoever stops the gateway's whole group stops the gateway, and that us.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  process.on('message', (message: ToHost) => {
    if (message.kind === 'close') {
      process.disconnect();
      stopAll('SIGKILL');
    } else if (message.kind === 'stop') {
      runs.get(message.id)?.stop(message.by);
    } else {
      const run = new Run(message.id, message.job.killAfterMs);
      runs.set(message.id, run);
      run.begin(message.job);
    }
  });
  // The gateway is gone: what it had run is run again when it is back, and must not run twice at once.
  process.on('disconnect', () => stopAll('SIGTERM'));
}
