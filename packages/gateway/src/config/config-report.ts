/** What is said of a configuration that was read again. */
import type { ConfigChange } from './config-diff.ts';
import type { ConfigProblem } from './config-error.ts';
import type { ConfigWarning } from './config-warnings.ts';
import type { LoadedSecrets } from './secrets/loaded-secrets.ts';
import type { ShownConfig } from './shown-config.ts';

/** What a configuration would come to, or has. */
export interface ConfigReport {
  /** `applied`: it is at work. `unchanged`: nothing differs. `valid`: it could be. `restart`: it is right, and needs a restart. `broken`: it is not. */
  readonly result: 'applied' | 'unchanged' | 'valid' | 'restart' | 'broken';
  /** What is wrong with it; empty but for `broken`. */
  readonly findings: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
  /** Against what is at work. Empty where it cannot be read. */
  readonly changes: readonly ConfigChange[];
  /** Paths of what a reload cannot change. */
  readonly restart: readonly string[];
}

/** The configuration at work. */
export interface EffectiveConfig {
  readonly file: string;
  readonly shown: ShownConfig;
  /** Milliseconds since the epoch. */
  readonly loadedMs: number;
  /** Another one for another configuration. */
  readonly version: string;
}

export interface Reloader {
  readonly effective: EffectiveConfig;
  readonly counts: ReadonlyMap<ConfigReport['result'], number>;
  /**
   * Reads the file and applies it, whole or not at all. A call while another is under way waits for it. Does not reject.
   * @param secrets that were read already. Default: all are read again
   */
  reload(secrets?: LoadedSecrets): Promise<ConfigReport>;
  /** Says what a reload would do, of the file or of a text in its place, and changes nothing. */
  validate(text?: string): Promise<ConfigReport>;
}
