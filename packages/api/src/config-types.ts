/** What the admin API shows of the configuration: no secret is in it. */
import type { WarningView } from './key-types.ts';

/** The configuration at work. */
export interface ConfigView {
  /** Where it came from. */
  readonly file: string;
  readonly loadedAt: string;
  /** As it was written, with what holds where something was left out. In place of a secret stands `[secret]`, or where it comes from: `${env:NAME}`. */
  readonly config: unknown;
  /** Paths of values that nobody has written: they are the defaults. */
  readonly defaults: readonly string[];
}

/** What is wrong with a configuration. */
export interface ConfigFindingView {
  /** E.g. `gates.stripe.keys[0].secret`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly value?: string;
  readonly expected?: string;
  readonly suggestion?: string;
  readonly remedy?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ConfigWarningView extends WarningView {
  readonly path: string;
}

/** What differs at one path. Neither `from` nor `to`: only what may not be shown has changed. */
export interface ConfigChangeView {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly from?: string | number | boolean | null;
  readonly to?: string | number | boolean | null;
}

export interface ConfigReportView {
  /** `applied`: it is at work now. `unchanged`: nothing differs. `valid`: it could be applied. `restart`: it is right, and needs a restart. `broken`: it is not right. In the last two cases nothing was applied. */
  readonly result: 'applied' | 'unchanged' | 'valid' | 'restart' | 'broken';
  readonly findings: readonly ConfigFindingView[];
  readonly warnings: readonly ConfigWarningView[];
  /** Against the configuration at work. */
  readonly changes: readonly ConfigChangeView[];
  /** Paths that differ and that only a restart changes. */
  readonly restart: readonly string[];
}

export interface ValidateConfigInput {
  /** YAML or JSON that is judged in place of the file; its modules are not loaded. Absent: the file as it is now. */
  readonly text?: string;
}
