/** Reads the configuration again, says what differs, and has it take its place: one at a time. */
import { randomBytes } from 'node:crypto';
import { SetupError } from '@countersign/core';
import { blankedWarnings } from '../config/blanked.ts';
import type { Config } from '../config/config.ts';
import { configDiff } from '../config/config-diff.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigReport, EffectiveConfig, Reloader } from '../config/config-report.ts';
import { setUpProblems } from '../config/finding.ts';
import type { ConfigSource, LoadedConfig } from '../config/load-config.ts';
import { needsRestart } from '../config/needs-restart.ts';
import type { LoadedSecrets } from '../config/secrets/loaded-secrets.ts';
import type { ShownConfig } from '../config/shown-config.ts';
import { withUnchangedParts } from '../config/unchanged-parts.ts';
import { dryStart } from '../dry-start.ts';
import type { Log } from '../log/log.ts';

export interface ReloaderOptions {
  readonly source: ConfigSource;
  /** What is at work. */
  readonly current: () => Config;
  /** Has a configuration take the place of the one at work. @throws SetupError; nothing has changed then */
  readonly apply: (next: Config) => Promise<void>;
  /** Reads again what stands in files that the configuration names. Does not reject. */
  readonly lookAgain: () => Promise<void>;
  /** Is told of the secrets that are at work from now on. */
  readonly onSecrets: (secrets: LoadedSecrets | undefined) => void;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

export function createReloader(options: ReloaderOptions): Reloader {
  return new ConfigReloader(options);
}

class ConfigReloader implements Reloader {
  readonly counts = new Map<ConfigReport['result'], number>();
  readonly #options: ReloaderOptions;
  readonly #digestKey = randomBytes(32);
  #effective: EffectiveConfig;
  #secrets: LoadedSecrets | undefined;
  /** Ends when those before have. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#effective = this.#effectiveOf(options.source.loaded);
    this.#secrets = options.source.loaded.secrets;
  }

  get effective(): EffectiveConfig {
    return this.#effective;
  }

  reload(secrets?: LoadedSecrets): Promise<ConfigReport> {
    return this.#inTurn(async () => {
      const report = await this.#reload(secrets);
      await this.#options.lookAgain();
      return report;
    });
  }

  validate(text?: string): Promise<ConfigReport> {
    return this.#inTurn(async () => {
      const { source } = this.#options;
      const isOfFile = text === undefined;
      return (await this.#judge(isOfFile ? source.load() : source.judge(text, this.#secrets), isOfFile))
        .report;
    });
  }

  async #inTurn(act: () => Promise<ConfigReport>): Promise<ConfigReport> {
    const report = this.#last.then(act).catch((error: unknown): ConfigReport => {
      this.#options.log.error({ error }, FAILED);
      return { ...NOTHING, findings: [{ path: '', problem: 'the gateway failed; its log says how' }] };
    });
    this.#last = report;
    return report;
  }

  async #reload(secrets: LoadedSecrets | undefined): Promise<ConfigReport> {
    const { source, apply, log } = this.#options;
    const { report, loaded, next } = await this.#judge(source.load(secrets), true);
    if (report.result === 'unchanged' && loaded !== undefined) this.#use(loaded.secrets);
    if (report.result !== 'valid' || loaded === undefined || next === undefined) return this.#noted(report);
    try {
      await apply(next);
    } catch (error) {
      return this.#noted(brokenBy(error, loaded, report));
    }
    this.#effective = this.#effectiveOf(loaded);
    this.#use(loaded.secrets);
    for (const { path, severity, sentence } of report.warnings)
      log[severity === 'warning' ? 'warn' : 'info']({ path }, sentence);
    return this.#noted({ ...report, result: 'applied' });
  }

  /** @param isOfFile whose modules may be loaded: a text is somebody’s who asks, and need not be the operator’s */
  async #judge(loading: Promise<LoadedConfig>, isOfFile: boolean): Promise<Judged> {
    let loaded: LoadedConfig;
    try {
      loaded = await loading;
    } catch (error) {
      return { report: brokenBy(error, undefined, NOTHING) };
    }
    const current = this.#options.current();
    const next = withUnchangedParts(current, loaded.config);
    const changes = configDiff(this.#effective.shown, loaded.written.shown(this.#digestKey));
    const restart = needsRestart(current, next);
    const report = { ...NOTHING, warnings: loaded.warnings, changes, restart };
    if (isOfFile) {
      const { problems, warnings } = await dryStart(loaded.config, this.#options.now);
      if (problems.length > 0) {
        const findings = setUpProblems(loaded, problems).problems;
        return { report: { ...report, result: 'broken', findings } };
      }
      report.warnings = [...loaded.warnings, ...blankedWarnings(warnings, loaded.blank)];
    }
    if (restart.length > 0) return { report: { ...report, result: 'restart' } };
    const isSame = changes.length === 0;
    return { report: { ...report, result: isSame ? 'unchanged' : 'valid' }, loaded, next };
  }

  #use(secrets: LoadedSecrets | undefined): void {
    this.#secrets = secrets;
    this.#options.onSecrets(secrets);
  }

  #effectiveOf({ file, written }: LoadedConfig): EffectiveConfig {
    const digestKey = this.#digestKey;
    let shown: ShownConfig | undefined;
    return {
      file,
      // Made once it is asked for: a start need not wait for what a reload or an administrator may want.
      get shown() {
        shown ??= written.shown(digestKey);
        return shown;
      },
      loadedMs: this.#options.now(),
      version: randomBytes(12).toString('base64url'),
    };
  }

  #noted(report: ConfigReport): ConfigReport {
    const { result, findings, changes, restart } = report;
    this.counts.set(result, (this.counts.get(result) ?? 0) + 1);
    const { log, source } = this.#options;
    const { file } = source.loaded;
    const paths = changes.slice(0, MAX_LOGGED).map(({ path }) => path);
    if (result === 'applied') log.info({ file, changes: changes.length, paths }, APPLIED);
    else if (result === 'unchanged') log.info({ file }, UNCHANGED);
    else if (result === 'restart') log.warn({ file, restart }, RESTART);
    else
      for (const { path, problem, expected, suggestion, remedy, line } of findings.slice(0, MAX_LOGGED))
        log.error({ file, path, line, problem, expected, suggestion, remedy }, BROKEN);
    return report;
  }
}

const FAILED = 'the configuration could not be read again';
/** A log’s line holds no more. */
const MAX_LOGGED = 50;
const APPLIED = 'the configuration was read again, and is in effect now';
const UNCHANGED = 'the configuration was read again: nothing in it has changed';
const RESTART =
  'the configuration was read again and nothing of it was applied: it changes what only a restart can change';
const BROKEN =
  'the configuration was read again and nothing of it was applied: it has a problem, and the gateway goes on with what it had';

interface Judged {
  readonly report: ConfigReport;
  readonly loaded?: LoadedConfig;
  readonly next?: Config;
}

const NOTHING: ConfigReport = { result: 'broken', findings: [], warnings: [], changes: [], restart: [] };

/** @throws what is no fault of the configuration */
function brokenBy(error: unknown, loaded: LoadedConfig | undefined, report: ConfigReport): ConfigReport {
  if (error instanceof ConfigError) return { ...report, result: 'broken', findings: error.problems };
  if (error instanceof SetupError && loaded !== undefined)
    return { ...report, result: 'broken', findings: setUpProblems(loaded, [error]).problems };
  throw error;
}
