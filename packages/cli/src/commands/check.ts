/** `countersign check`: is the configuration good, and what do its gates prove? */
import { type Gate, type KeyInfo, SetupError, unusableBecause } from '@countersign/core';
import { counted } from '@countersign/core/amounts';
import { coverageReport, keyReport } from '@countersign/core/coverage';
import {
  ConfigError,
  type ConfigProblem,
  type DryStart,
  dryStart,
  type GateConfig,
  type LoadedConfig,
  noValidKey,
  setUpProblems,
  storeProblem,
  storeWarning,
} from '@countersign/gateway';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { configuredGate, loadConfiguration } from '../config-gate.ts';
import { coverageLines, warningLine } from '../coverage-text.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { registrationWarnings } from '../flowent/registration-warnings.ts';
import { proofText, sessionRouteCells } from '../gateway-lines.ts';
import { keptRefusedText, keptRefusedView } from '../kept-refused-text.ts';
import { type Output, SYMBOLS, table } from '../output.ts';
import { warningLines } from '../warning-lines.ts';

export const check: Command = {
  name: 'check',
  summary: 'validates a configuration; prints gates, keys’ states and what each signature covers',
  usage: ['check [--config FILE] [--strict]'],
  details: [
    'Nothing listens and no key is printed; the modules of actions are loaded, as a start loads them. Exit code 0: the gateway would start with it. 1: it would start and refuse every request of a gate, or there are warnings and --strict is given. 2: it has problems; all of them are listed.',
  ],
  options: {
    config: CONFIG_FILE,
    strict: { description: 'fail where there are warnings' },
    json: { description: 'gates, warnings and problems as one JSON object' },
  },
  examples: [
    { note: 'the configuration in this folder', command: 'countersign check' },
    { note: 'in a pipeline', command: 'countersign check --config deploy/countersign.yaml --strict' },
  ],
  maxArguments: 0,
  run,
};

interface CheckedGate {
  readonly config: GateConfig;
  /** Undefined for `provider: none`, and where it cannot be built. */
  readonly gate: Gate | undefined;
}

/** What was learnt of a configuration without a start. */
interface Checked extends Pick<LoadedConfig, 'file' | 'config'>, Pick<DryStart, 'sessionRoutes'> {
  readonly gates: readonly CheckedGate[];
  readonly findings: Findings;
}

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const isJson = args.flag('json');
  let loaded: LoadedConfig;
  try {
    loaded = await loadConfiguration(args.text('config'), io);
  } catch (error) {
    if (!(error instanceof ConfigError) || !isJson) throw error;
    output.json({ ok: false, file: error.file, gates: [], warnings: [], problems: error.problems });
    return EXIT.usage;
  }
  const checked = await checkAll(loaded, io.now);
  const code = codeOf(checked.findings, args.flag('strict'));
  if (isJson) output.json(checkedView(checked, code, io.now()));
  else printReport(checked, output, io.now());
  return code;
}

async function checkAll(loaded: LoadedConfig, now: () => number): Promise<Checked> {
  const { config, file } = loaded;
  const badStore = storeProblem(config.store);
  const storeRisk = storeWarning(config.store);
  const gates = config.gates.map((gate) => checkGate(gate, now));
  const started = await dryStart(config, now);
  const errors = [
    ...(badStore === undefined ? [] : [new SetupError('store', badStore.problem, badStore.remedy)]),
    ...started.problems,
  ];
  const fault = errors.length === 0 ? undefined : setUpProblems(loaded, errors);
  const warnings = [
    ...loaded.warnings,
    ...(storeRisk === undefined ? [] : [{ path: 'store', message: storeRisk }]),
    ...started.warnings,
    // What keeps the gateway from starting is told already, and keeps its actions from being registered too.
    ...(fault === undefined ? await registrationWarnings(config) : []),
  ];
  const idle = gates.flatMap((gate) => idleGate(gate, now()));
  const findings: Findings = { fault, idle, warnings, notes: countNotes(gates, warnings) };
  return { file, config, gates, sessionRoutes: started.sessionRoutes, findings };
}

interface Findings {
  /** Why the gateway would not start. */
  readonly fault: ConfigError | undefined;
  /** Gates that refuse every request. */
  readonly idle: readonly ConfigProblem[];
  readonly warnings: LoadedConfig['warnings'];
  /** All that is to be looked at, what is said at a gate among it. */
  readonly notes: number;
}

function codeOf({ fault, idle, notes }: Findings, isStrict: boolean): ExitCode {
  if (fault !== undefined) return EXIT.usage;
  return idle.length > 0 || (isStrict && notes > 0) ? EXIT.refused : EXIT.ok;
}

/** What a proof leaves open by its nature is none: nobody can mend it. */
function countNotes(gates: readonly CheckedGate[], warnings: LoadedConfig['warnings']): number {
  const unsigned = gates.filter(({ config }) => config.proof.kind === 'none').length;
  const keys = gates.flatMap(({ gate }) => gate?.keys.list() ?? []);
  const left = gates.flatMap(({ gate }) => (gate === undefined ? [] : coverageReport(gate).warnings));
  const mendable = left.filter(({ severity }) => severity === 'warning');
  return (
    warningLines(warnings).length + unsigned + keys.flatMap((key) => key.warnings).length + mendable.length
  );
}

/** What a gate proves; why one cannot be built says the dry start. */
function checkGate(config: GateConfig, now: () => number): CheckedGate {
  try {
    return { config, gate: configuredGate(config, now) };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { config, gate: undefined };
  }
}

function idleGate({ config, gate }: CheckedGate, nowMs: number): readonly ConfigProblem[] {
  const problem = gate && noValidKey(gate, nowMs);
  if (problem === undefined) return [];
  return [{ path: `gates.${config.name}.keys`, problem, remedy: 'Add a key that is valid now.' }];
}

function printReport(
  { file, config, gates, sessionRoutes, findings }: Checked,
  output: Output,
  nowMs: number,
): void {
  const { print, style } = output;
  const { fault, idle, warnings, notes } = findings;
  print(style.bold(file));
  print(listenersText(config));
  // Beside what keeps it from starting, a half of it would only be in the way.
  if (fault === undefined) {
    for (const gate of gates) {
      printGate(gate, output, nowMs);
      print(`  refused   ${keptRefusedText(gate.config, config)}`);
    }
    for (const session of config.sessions) printSession(session, sessionRoutes, output);
  }
  if (warnings.length > 0) print('');
  for (const line of warningLines(warnings)) output.warn(line);
  for (const { path, problem, remedy } of idle) output.fail(`${path}: ${problem}`, remedy);
  if (fault !== undefined) {
    const { problem, remedy } = describeFailure(fault);
    output.fail(problem, remedy);
  } else print(`\n${lastLine(idle.length, notes, style)}`);
}

function listenersText({ listen, store }: LoadedConfig['config']): string {
  const { public: open, admin } = listen;
  const adminText = admin === undefined ? 'off' : `${admin.host}:${admin.port}`;
  return `public ${open.host}:${open.port}, admin ${adminText}, store ${storeText(store)}`;
}

function printGate({ config, gate }: CheckedGate, { print, style }: Output, nowMs: number): void {
  const warn = (text: string): void => print(`  ${style.yellow(SYMBOLS.warning)} ${text}`);
  const methods = config.methods === 'all' ? 'any method' : config.methods.join(', ');
  print(
    `\n${style.bold(config.name)}  ${methods} ${style.cyan(config.path)}  ${proofText(config)} → ${outcomeText(config)}`,
  );
  for (const key of gate?.keys.list() ?? []) {
    print(`  key       ${key.id}: ${keyText(key, nowMs)}`);
    for (const warning of key.warnings) print(`  ${warningLine(keyReport(warning), style)}`);
  }
  if (gate !== undefined) {
    for (const line of coverageLines(coverageReport(gate), style)) print(`  ${line}`);
  }
  if (config.proof.kind === 'none') warn('The gate takes unsigned requests.');
}

function printSession(
  { name, broker, at }: LoadedConfig['config']['sessions'][number],
  sessionRoutes: DryStart['sessionRoutes'],
  { print, style }: Output,
): void {
  print(`\n${style.bold(name)}  session ${style.cyan(at)}  ${broker}`);
  const rows = sessionRoutes
    .filter(({ session }) => session === name)
    .map((route) => sessionRouteCells(route, style));
  if (rows.length > 0) print(table(rows, '  '));
}

function lastLine(idle: number, notes: number, style: Output['style']): string {
  const starts = 'The gateway would start with this';
  if (idle > 0) {
    const where = idle === 1 ? 'of a gate' : `of ${idle} gates`;
    return style.red(`${SYMBOLS.refused} ${starts}, and refuse every request ${where}.`);
  }
  if (notes === 0) return style.green(`${SYMBOLS.accepted} ${starts}.`);
  return style.yellow(`${SYMBOLS.warning} ${starts}, with ${counted(notes, 'warning')}.`);
}

function keyText(key: KeyInfo, nowMs: number): string {
  const { state, fromMs, untilMs } = key;
  const from = fromMs === undefined ? '' : `, from ${date(fromMs)}`;
  const until = untilMs === undefined ? '' : `, until ${date(untilMs)}`;
  return `${state}${from}${until}${unusableBecause(key, nowMs) === undefined ? '' : ' (not valid now)'}`;
}

function date(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function outcomeText({ outcome }: GateConfig): string {
  switch (outcome.kind) {
    case 'answer':
      return `answer with ${outcome.actionsFile}`;
    case 'forward':
      return `forward to ${outcome.to}`;
    case 'keep':
      return 'keep';
    case 'respond':
      return `respond ${outcome.status}`;
  }
}

function storeText(store: LoadedConfig['config']['store']): string {
  return store.kind === 'memory' ? 'in memory' : store.file;
}

function providerView({ proof }: GateConfig): string {
  if (proof.kind === 'provider') return proof.id;
  return proof.kind === 'scheme' ? 'declared' : 'none';
}

function checkedView(
  { file, config, gates, sessionRoutes, findings }: Checked,
  code: ExitCode,
  nowMs: number,
): object {
  const { fault, idle, warnings } = findings;
  return {
    ok: code === EXIT.ok,
    file,
    gates: gates.map((gate) => ({ ...gateView(gate, nowMs), ...keptRefusedView(gate.config, config) })),
    sessions: config.sessions.map(({ name, broker, at }) => ({
      name,
      broker,
      at,
      routes: sessionRoutes
        .filter(({ session }) => session === name)
        .map(({ methods, path }) => ({ methods, path })),
    })),
    warnings,
    problems: [...(fault?.problems ?? []), ...idle],
  };
}

function keyView(key: KeyInfo, nowMs: number): object {
  const { id, state, fromMs, untilMs, warnings } = key;
  return {
    id,
    state,
    ...(fromMs !== undefined && { from: date(fromMs) }),
    ...(untilMs !== undefined && { until: date(untilMs) }),
    validNow: unusableBecause(key, nowMs) === undefined,
    warnings: warnings.map((warning) => keyReport(warning)),
  };
}

function gateView({ config, gate }: CheckedGate, nowMs: number): object {
  const keys = (gate?.keys.list() ?? []).map((key) => keyView(key, nowMs));
  return {
    name: config.name,
    path: config.path,
    methods: config.methods,
    provider: providerView(config),
    outcome: config.outcome.kind,
    keys,
    ...(gate !== undefined && { coverage: coverageReport(gate) }),
  };
}
