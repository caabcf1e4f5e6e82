/** What the gateway and the process that runs commands for it tell each other. */

/** A command to run. */
export interface CommandJob {
  readonly program: string;
  readonly args: readonly string[];
  /** Absent: the gateway's own. */
  readonly directory?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For its standard input. */
  readonly body: Uint8Array;
  /** How long it may take to end after SIGTERM, before SIGKILL. */
  readonly killAfterMs: number;
}

/** What became of one. */
export type CommandEnd =
  | {
      readonly kind: 'ended';
      /** `null` where a signal ended it. */
      readonly code: number | null;
      readonly killedBy: string | null;
      readonly output: Uint8Array;
    }
  /** By us. */
  | { readonly kind: 'stopped'; readonly output: Uint8Array }
  /** @see https://nodejs.org/api/errors.html#common-system-errors */
  | { readonly kind: 'not-started'; readonly errorCode: string }
  /** The process that ran it is gone, and it with that. */
  | { readonly kind: 'lost' };

export type ToHost =
  | { readonly kind: 'run'; readonly id: number; readonly job: CommandJob }
  | { readonly kind: 'stop'; readonly id: number; readonly by: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'close' };

export type FromHost =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'end'; readonly id: number; readonly end: CommandEnd }
  /** Nothing of it is there any more, but what it left in the background by itself. */
  | { readonly kind: 'left'; readonly id: number };
