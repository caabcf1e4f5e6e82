/** `countersign check`: is the configuration good, and what do its gates prove? */
import { type KeyInfo, SetupError, unusableBecause } from '@countersign/core';
import { keyReports } from '@countersign/core/coverage';
import { counted } from '@countersign/core/internal/amounts';
import {
  blankedWarnings,
  ConfigError,
  type ConfigProblem,
  type DryStart,
  dryStart,
  type GateConfig,
  inspectStore,
  type LoadedConfig,
  lookAtRunTimeKeys,
  noValidKey,
  OPERATOR_GATE,
  type RunTimeKey,
  requireNode,
  setUpProblems,
  shownRedis,
  shownStore,
} from '@countersign/gateway';
import {
  type Checked,
  type CheckedGate,
  checkedView,
  coverageOfChecked,
  type Findings,
  shownDate,
} from '../checked-view.ts';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { configuredGate, loadConfiguration } from '../config-gate.ts';
import { coverageLines, warningLine } from '../coverage-text.ts';
import { deliveredLines } from '../delivered-text.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { registrationWarnings } from '../flowent/registration-warnings.ts';
import { proofText, sessionRouteCells } from '../gateway-lines.ts';
import { keptRefusedText } from '../kept-refused-text.ts';
import { lockedGate, noKeyYetText, waitsForKey } from '../keyless-gate.ts';
import { keysFromText } from '../keys-from-text.ts';
import { type Output, SYMBOLS, table } from '../output.ts';
import { visibleText } from '../visible-text.ts';
import { isMendable, joinedWarnings } from '../warning-lines.ts';

export const check: Command = {
  name: 'check',
  summary: 'validates a configuration; prints gates, keys’ states and what each signature covers',
  usage: ['check [--config FILE] [--strict]'],
  details: [
    'It opens no port and prints no secret; keys that were added or changed while a gateway ran are shown where no gateway has the store’s file open. It loads the modules of actions, as starting the gateway does. Exit code 0: the gateway would start with this configuration. 1: it would start, but refuse every request of a gate; or there are warnings and --strict is given. 2: the configuration has problems; all of them are listed.',
    'For each gate it prints what the signature covers, what it leaves open, and what someone who captures a request could change or repeat. Lines marked ! are warnings, which you can fix in the configuration; lines marked – come from the way the senders sign. --json has the code of each, and docs/coverage.md lists all.',
    '`countersign config show` prints the values that are in effect; `countersign config diff` has the running gateway validate a file, and shows what a reload would change.',
  ],
  options: {
    config: CONFIG_FILE,
    strict: { description: 'fail if there are warnings (!); lines marked – do not count' },
    json: { description: 'gates, warnings and problems as one JSON object' },
  },
  examples: [
    { note: 'the configuration in this folder', command: 'countersign check' },
    { note: 'in a pipeline', command: 'countersign check --config deploy/countersign.yaml --strict' },
  ],
  maxArguments: 0,
  run,
};

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
  const isStrict = args.flag('strict');
  const code = codeOf(checked.findings, isStrict);
  if (isJson) output.json(checkedView(checked, code === EXIT.ok, io.now()));
  else printReport(checked, { ...output, isStrict, nowMs: io.now() });
  return code;
}

async function checkAll(loaded: LoadedConfig, now: () => number): Promise<Checked> {
  const { config, file } = loaded;
  const store = await inspectStore(config.store);
  const gates = config.gates.map((gate) => checkGate(gate, now));
  const started = await dryStart(config, now);
  const errors = [
    ...(store.problem === undefined
      ? []
      : [new SetupError('store', store.problem.problem, store.problem.remedy)]),
    ...started.problems,
  ];
  const fault = errors.length === 0 ? undefined : setUpProblems(loaded, errors);
  const warnings = [
    ...loaded.warnings,
    ...store.warnings,
    ...blankedWarnings(started.warnings, loaded.blank),
    // What keeps the gateway from starting is told already, and keeps its actions from being registered too.
    ...(fault === undefined ? await registrationWarnings(config) : []),
  ];
  const mendable = countMendable(gates, warnings);
  // What keeps the gateway from starting with its store is told already.
  const runTimeKeys = await lookAtRunTimeKeys(
    store.problem === undefined ? config.store : { kind: 'memory' },
    config.gates.map(({ name }) => name),
  );
  const idle = gates.flatMap((gate) =>
    waitsForKey(gate)
      ? lockedGate(gate, config, runTimeKeys.byGate.get(gate.config.name))
      : idleGate(gate, now()),
  );
  const findings: Findings = { fault, notHere: runtimeFault(), idle, warnings, mendable };
  return { file, config, gates, runTimeKeys, sessionRoutes: started.sessionRoutes, findings };
}

function runtimeFault(): SetupError | undefined {
  try {
    requireNode();
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error;
  }
}

function codeOf({ fault, notHere, idle, mendable }: Findings, isStrict: boolean): ExitCode {
  if (fault !== undefined || notHere !== undefined) return EXIT.usage;
  return idle.length > 0 || (isStrict && mendable > 0) ? EXIT.refused : EXIT.ok;
}

/** What lies in how senders prove their requests is none: nobody can mend it at the gate. */
function countMendable(gates: readonly CheckedGate[], warnings: LoadedConfig['warnings']): number {
  const keys = gates.flatMap(({ gate }) => gate?.keys.list() ?? []);
  const all = [
    ...joinedWarnings(warnings),
    ...keys.flatMap(keyReports),
    ...gates.flatMap((gate) => coverageOfChecked(gate)?.warnings ?? []),
  ];
  return all.filter(isMendable).length;
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

/** Where to, how strictly, and when. */
interface Report extends Output {
  readonly isStrict: boolean;
  readonly nowMs: number;
}

function printReport(
  { file, config, gates, runTimeKeys, sessionRoutes, findings }: Checked,
  report: Report,
): void {
  const { print, style, errorStyle } = report;
  const { fault, notHere, idle, warnings } = findings;
  print(style.bold(file));
  print(listenersText(config));
  // Beside what keeps it from starting, a half of it would only be in the way.
  if (fault === undefined) {
    for (const gate of gates) printGate(gate, runTimeKeys.byGate.get(gate.config.name) ?? [], config, report);
    if (runTimeKeys.unread !== undefined) print(`\n${style.dim(RUN_TIME_KEYS_UNREAD)}`);
    for (const session of config.sessions) printSession(session, config, sessionRoutes, report);
    if (config.operatorEvents !== undefined) printOperatorEvents(config, report);
  }
  if (warnings.length > 0) print('');
  for (const warning of joinedWarnings(warnings)) report.say(warningLine(warning, errorStyle));
  for (const { path, problem, remedy } of idle) report.fail(`${path}: ${problem}`, remedy);
  const faults = [fault, notHere].filter((error) => error !== undefined);
  for (const error of faults) {
    const { problem, remedy } = describeFailure(error);
    report.fail(problem, remedy);
  }
  if (faults.length === 0) print(`\n${lastLine(findings, report)}`);
}

function listenersText({ listen, store, claims }: LoadedConfig['config']): string {
  const { public: open, admin } = listen;
  const adminText = admin === undefined ? 'off' : `${admin.host}:${admin.port}`;
  const shared = claims === undefined ? '' : `, claims ${shownRedis(claims.address)}`;
  return `public ${open.host}:${open.port}, admin ${adminText}, store ${shownStore(store)}${shared}`;
}

/** As a rule a gateway has the store. */
const RUN_TIME_KEYS_UNREAD =
  'Keys that were added or changed while the gateway ran are not shown: its store cannot be looked into now. countersign keys list --gate NAME asks the running gateway.';

function printGate(
  checked: CheckedGate,
  runTimeKeys: readonly RunTimeKey[],
  all: LoadedConfig['config'],
  report: Report,
): void {
  const { config, gate } = checked;
  const { print, style, nowMs } = report;
  const methods = config.methods === 'all' ? 'any method' : config.methods.join(', ');
  print(
    `\n${style.bold(config.name)}  ${methods} ${style.cyan(config.path)}  ${proofText(config)} → ${outcomeText(config)}`,
  );
  if (config.keysFrom !== undefined) print(`  keys      ${keysFromText(config.keysFrom)}`);
  for (const key of gate?.keys.list() ?? []) {
    print(`  key       ${key.id}: ${keyText(key, nowMs)}`);
    for (const warning of keyReports(key)) print(`  ${warningLine(warning, style)}`);
  }
  for (const key of runTimeKeys) print(`  key       ${runTimeKeyText(key)}`);
  if (waitsForKey(checked) && runTimeKeys.length === 0) print(`  key       ${noKeyYetText(config.name)}`);
  const coverage = coverageOfChecked(checked);
  if (coverage !== undefined) for (const line of coverageLines(coverage, style)) print(`  ${line}`);
  for (const line of deliveredLines(config.name, all)) print(`  delivers  ${line}`);
  print(`  refused   ${keptRefusedText(config, all)}`);
}

function printSession(
  { name, broker, at }: LoadedConfig['config']['sessions'][number],
  all: LoadedConfig['config'],
  sessionRoutes: DryStart['sessionRoutes'],
  { print, style }: Output,
): void {
  print(`\n${style.bold(name)}  session ${style.cyan(at)}  ${broker}`);
  const rows = sessionRoutes
    .filter(({ session }) => session === name)
    .map((route) => sessionRouteCells(route, style));
  if (rows.length > 0) print(table(rows, '  '));
  for (const line of deliveredLines(name, all)) print(`  delivers  ${line}`);
}

function printOperatorEvents(config: LoadedConfig['config'], { print, style }: Output): void {
  print(`\n${style.bold('operatorEvents')}  what the gateway has to tell of itself`);
  for (const line of deliveredLines(OPERATOR_GATE, config)) print(`  delivers  ${line}`);
}

function lastLine({ idle, mendable }: Findings, { style, isStrict }: Report): string {
  const starts = 'The gateway would start with this';
  if (idle.length > 0) {
    const where = idle.length === 1 ? 'of a gate' : `of ${idle.length} gates`;
    return style.red(`${SYMBOLS.refused} ${starts}, and refuse every request ${where}.`);
  }
  if (mendable === 0) return style.green(`${SYMBOLS.accepted} ${starts}.`);
  const warned = `${starts}, with ${counted(mendable, 'warning')}`;
  return isStrict
    ? style.red(`${SYMBOLS.refused} ${warned}, and with --strict that is a failure.`)
    : style.yellow(`${SYMBOLS.warning} ${warned}.`);
}

function runTimeKeyText({ id, source, ...key }: RunTimeKey): string {
  const what = source === 'added' ? 'added while the gateway ran' : 'changed while the gateway ran';
  return `${visibleText(id)}: ${key.state}${timesText(key)} (${what}; in the store)`;
}

function timesText({ fromMs, untilMs }: Pick<RunTimeKey, 'fromMs' | 'untilMs'>): string {
  const from = fromMs === undefined ? '' : `, from ${shownDate(fromMs)}`;
  const until = untilMs === undefined ? '' : `, until ${shownDate(untilMs)}`;
  return `${from}${until}`;
}

function keyText(key: KeyInfo, nowMs: number): string {
  const { state, for: purpose } = key;
  const bound = purpose === undefined ? '' : `, for ${purpose.action}`;
  return `${state}${bound}${timesText(key)}${unusableBecause(key, nowMs) === undefined ? '' : ' (not valid now)'}`;
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
