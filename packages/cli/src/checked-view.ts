/** What `check` learnt of a configuration, and how it says it to programs. */
import { type Gate, type KeyInfo, type SetupError, unusableBecause } from '@countersign/core';
import { type CoverageReport, keyReports, strengthOfKey } from '@countersign/core/coverage';
import {
  type ConfigError,
  type ConfigProblem,
  type DryStart,
  type GateConfig,
  gateCoverage,
  type LoadedConfig,
  OPERATOR_GATE,
  type RunTimeKey,
  type RunTimeKeys,
} from '@countersign/gateway';
import { deliveredView } from './delivered-text.ts';
import { keptRefusedView } from './kept-refused-text.ts';
import { keysFromView } from './keys-from-text.ts';

export interface CheckedGate {
  readonly config: GateConfig;
  /** Undefined for `provider: none`, and where it cannot be built. */
  readonly gate: Gate | undefined;
}

/** What was learnt of a configuration without a start. */
export interface Checked extends Pick<LoadedConfig, 'file' | 'config'>, Pick<DryStart, 'sessionRoutes'> {
  readonly gates: readonly CheckedGate[];
  /** What the store has of keys beside the configuration’s. */
  readonly runTimeKeys: RunTimeKeys;
  readonly findings: Findings;
}

export interface Findings {
  /** Why the gateway would not start. */
  readonly fault: ConfigError | undefined;
  /** Why no gateway starts on this runtime, whatever the configuration. */
  readonly notHere: SetupError | undefined;
  /** Gates that refuse every request. */
  readonly idle: readonly ConfigProblem[];
  readonly warnings: LoadedConfig['warnings'];
  /** All that can be mended, what is said at a gate among it. */
  readonly mendable: number;
}

/** Undefined for a gate that cannot be built. */
export function coverageOfChecked({ config, gate }: CheckedGate): CoverageReport<string> | undefined {
  return gate === undefined && config.proof.kind !== 'none' ? undefined : gateCoverage(gate);
}

/** A time as people write it down: no milliseconds where there are none. */
export function shownDate(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** @param isOk whether it passes */
export function checkedView(
  { file, config, gates, runTimeKeys, sessionRoutes, findings }: Checked,
  isOk: boolean,
  nowMs: number,
): object {
  const { fault, notHere, idle, warnings } = findings;
  return {
    ok: isOk,
    file,
    gates: gates.map((gate) => ({
      ...gateView(gate, nowMs),
      ...runTimeView(runTimeKeys.byGate.get(gate.config.name)),
      ...deliveredView(gate.config.name, config),
      ...keptRefusedView(gate.config, config),
    })),
    sessions: config.sessions.map(({ name, broker, at }) => ({
      name,
      broker,
      at,
      routes: sessionRoutes
        .filter(({ session }) => session === name)
        .map(({ methods, path }) => ({ methods, path })),
      ...deliveredView(name, config),
    })),
    ...(config.operatorEvents !== undefined && { operatorEvents: deliveredView(OPERATOR_GATE, config) }),
    ...(runTimeKeys.unread !== undefined && { runTimeKeysUnread: runTimeKeys.unread.problem }),
    warnings,
    problems: [
      ...(fault?.problems ?? []),
      ...(notHere === undefined
        ? []
        : [{ path: notHere.option, problem: notHere.problem, remedy: notHere.remedy }]),
      ...idle,
    ],
  };
}

function gateView(checked: CheckedGate, nowMs: number): object {
  const { config, gate } = checked;
  const coverage = coverageOfChecked(checked);
  return {
    name: config.name,
    path: config.path,
    methods: config.methods,
    provider: providerView(config),
    outcome: config.outcome.kind,
    keys: (gate?.keys.list() ?? []).map((key) => keyView(key, nowMs)),
    ...(config.keysFrom && { keysFrom: keysFromView(config.keysFrom) }),
    ...(coverage !== undefined && { coverage }),
  };
}

/** Absent where there are none. */
function runTimeView(keys: readonly RunTimeKey[] = []): object {
  if (keys.length === 0) return {};
  return {
    runTimeKeys: keys.map(({ id, source, state, fromMs, untilMs }) => ({
      id,
      source,
      state,
      ...(fromMs !== undefined && { from: shownDate(fromMs) }),
      ...(untilMs !== undefined && { until: shownDate(untilMs) }),
    })),
  };
}

function providerView({ proof }: GateConfig): string {
  if (proof.kind === 'provider') return proof.id;
  return proof.kind === 'scheme' ? 'declared' : 'none';
}

function keyView(key: KeyInfo, nowMs: number): object {
  const { id, state, fromMs, untilMs, for: purpose } = key;
  const strengthBits = strengthOfKey(key);
  return {
    id,
    state,
    ...(fromMs !== undefined && { from: shownDate(fromMs) }),
    ...(untilMs !== undefined && { until: shownDate(untilMs) }),
    ...(purpose && { for: purpose }),
    validNow: unusableBecause(key, nowMs) === undefined,
    ...(strengthBits !== undefined && { strengthBits }),
    warnings: keyReports(key),
  };
}
