/** A simulated platform as `countersign sandbox` runs it. */

export interface Platform {
  /** What chooses it on the command line. */
  readonly name: string;
  /** What it is, for the command's help. */
  readonly about: string;
  /** The variables that it takes where they are set, for the command's help. */
  readonly reads: readonly string[];
  start(settings: PlatformSettings): Promise<RunningPlatform>;
}

/** What a started platform tells the person, and does for them. */
export interface RunningPlatform {
  /** Where a browser or an API client reaches it. */
  readonly url: string;
  /** What the receiver must be set to, in the names that its examples and `countersign init` use. */
  readonly variables: Readonly<Record<string, string>>;
  /** Sentences: what can be done with it now. */
  readonly hints: readonly string[];
  /** Does what a line of standard input asks for; its answer is printed. Absent: the platform takes none. */
  readonly ask?: (line: string) => Promise<string>;
  close(): Promise<void>;
}

export interface PlatformSettings {
  /** On 127.0.0.1; 0 for a free one. */
  readonly port: number;
  /** The gateway's public address, e.g. `http://127.0.0.1:8787`. */
  readonly gatewayUrl: string;
  /** A variable that the person has set already, so that both sides agree. */
  readonly variable: (name: string) => string | undefined;
  readonly now: () => number;
  /** Told of each call of the platform's API, and of each webhook that it sends. */
  readonly onEvent: (event: string) => void;
}
