/** `countersign check`: is the configuration good, and what do its gates prove? */
import { type Gate, type KeyInfo, SetupError } from '@countersign/core';
import {
  ConfigError,
  type DryStart,
  dryStart,
  type GateConfig,
  type LoadedConfig,
  noValidKey,
  setUpProblems,
  storeProblem,
  storeWarning,
} from '@countersign/gateway';
import { registrationWarnings } from '../actions/registration-warnings.ts';
import type { Call, Command } from '../command.ts';
import { configuredGate, loadConfiguration } from '../config-gate.ts';
import { coverageLines } from '../coverage-text.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { proofText, sessionRouteCells } from '../gateway-lines.ts';
import { type Output, SYMBOLS, table } from '../output.ts';

export const check: Command = {
  name: 'check',
  summary: 'validates a configuration; prints gates, keys’ states and what each signature covers',
  usage: ['check [--config FILE]'],
  details: [
    'Nothing listens and no key is printed; the modules of actions are loaded, as a start loads them. Exit code 0: the gateway would start with it. 2: it has problems; all of them are listed.',
  ],
  options: {
    config: {
      short: 'c',
      value: 'FILE',
      description: 'default: countersign.yaml or countersign.config.ts in this folder',
    },
    json: { description: 'gates, warnings and problems as one JSON object' },
  },
  examples: [
    { note: 'the configuration in this folder', command: 'countersign check' },
    { note: 'in a pipeline', command: 'countersign check --config deploy/countersign.yaml --json' },
  ],
  maxArguments: 0,
  run,
};

interface CheckedGate {
  readonly config: GateConfig;
  /** Undefined for `provider: none`, and where it cannot be built. */
  readonly gate: Gate | undefined;
}

async function run({ args, io, output }: Call): Promise<ExitCode> {
  let loaded: LoadedConfig;
  try {
    loaded = await loadConfiguration(args.text('config'), io);
  } catch (error) {
    if (!(error instanceof ConfigError) || !args.flag('json')) throw error;
    output.json({ ok: false, file: error.file, gates: [], warnings: [], problems: error.problems });
    return EXIT.usage;
  }
  const { store } = loaded.config;
  const badStore = storeProblem(store);
  const storeRisk = storeWarning(store);
  if (storeRisk !== undefined) {
    loaded = { ...loaded, warnings: [...loaded.warnings, { path: 'store', message: storeRisk }] };
  }
  const gates = loaded.config.gates.map((config) => checkGate(config, io.now));
  const started = await dryStart(loaded.config, io.now);
  const errors = [
    ...(badStore === undefined ? [] : [new SetupError('store', badStore.problem, badStore.remedy)]),
    ...started.problems,
  ];
  const fault = errors.length === 0 ? undefined : setUpProblems(loaded, errors);
  const warnings = [
    ...loaded.warnings,
    ...started.warnings,
    // What keeps the gateway from starting is told already, and keeps its actions from being registered too.
    ...(fault === undefined ? await registrationWarnings(loaded.config) : []),
    ...gates.flatMap((gate) => keyRingWarnings(gate, io.now())),
  ];
  const ok = fault === undefined;
  if (args.flag('json')) {
    const { file } = loaded;
    const sessions = loaded.config.sessions.map(({ name, broker, at }) => ({
      name,
      broker,
      at,
      routes: started.sessionRoutes
        .filter(({ session }) => session === name)
        .map(({ methods, path }) => ({ methods, path })),
    }));
    output.json({
      ok,
      file,
      gates: gates.map((gate) => gateView(gate, io.now())),
      sessions,
      warnings,
      problems: fault?.problems ?? [],
    });
  } else
    printReport(
      { ...loaded, warnings, sessionRoutes: started.sessionRoutes },
      gates,
      fault,
      output,
      io.now(),
    );
  return ok ? EXIT.ok : EXIT.usage;
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

function keyRingWarnings({ config, gate }: CheckedGate, nowMs: number): LoadedConfig['warnings'] {
  const idle = gate && noValidKey(gate, nowMs);
  if (idle === undefined) return [];
  const message = `${idle.charAt(0).toUpperCase()}${idle.slice(1)}.`;
  return [{ path: `gates.${config.name}.keys`, message }];
}

function printReport(
  { file, config, warnings, sessionRoutes }: LoadedConfig & Pick<DryStart, 'sessionRoutes'>,
  gates: readonly CheckedGate[],
  fault: ConfigError | undefined,
  output: Output,
  nowMs: number,
): void {
  const { print, style } = output;
  print(`${style.bold(file)}`);
  const { public: open, admin } = config.listen;
  print(
    `public ${open.host}:${open.port}, admin ${admin === undefined ? 'off' : `${admin.host}:${admin.port}`}, store ${storeText(config.store)}`,
  );
  for (const { config: gate, gate: made } of gates) {
    const methods = gate.methods === 'all' ? 'any method' : gate.methods.join(', ');
    print(
      `\n${style.bold(gate.name)}  ${methods} ${style.cyan(gate.path)}  ${proofText(gate)} → ${outcomeText(gate)}`,
    );
    for (const key of made?.keys.list() ?? []) {
      print(`  key       ${key.id}: ${keyText(key, nowMs)}`);
      for (const warning of key.warnings) print(`  ${style.yellow(SYMBOLS.warning)} ${warning}`);
    }
    if (made !== undefined) for (const line of coverageLines(made.coverage, style)) print(`  ${line}`);
    if (gate.proof.kind === 'none')
      print(`  ${style.yellow(SYMBOLS.warning)} The gate takes unsigned requests.`);
  }
  for (const { name, broker, at } of config.sessions) {
    print(`\n${style.bold(name)}  session ${style.cyan(at)}  ${broker}`);
    const routes = sessionRoutes.filter(({ session }) => session === name);
    if (routes.length > 0)
      print(
        table(
          routes.map((route) => sessionRouteCells(route, style)),
          '  ',
        ),
      );
  }
  if (warnings.length > 0) print('');
  for (const { path, message } of warnings) output.warn(`${path}: ${message}`);
  if (fault !== undefined) {
    const { problem, remedy } = describeFailure(fault);
    output.fail(problem, remedy);
  } else print(`\n${style.green(`${SYMBOLS.accepted} The gateway would start with this.`)}`);
}

function keyText({ state, fromMs, untilMs }: KeyInfo, nowMs: number): string {
  const from = fromMs === undefined ? '' : `, from ${date(fromMs)}`;
  const until = untilMs === undefined ? '' : `, until ${date(untilMs)}`;
  return `${state}${from}${until}${isOutside({ fromMs, untilMs }, nowMs) ? ' (not valid now)' : ''}`;
}

interface Window {
  readonly fromMs: number | undefined;
  readonly untilMs: number | undefined;
}

function isOutside({ fromMs, untilMs }: Window, nowMs: number): boolean {
  return (fromMs !== undefined && nowMs < fromMs) || (untilMs !== undefined && nowMs >= untilMs);
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

function gateView({ config, gate }: CheckedGate, nowMs: number): object {
  const keys = (gate?.keys.list() ?? []).map(({ id, state, fromMs, untilMs, warnings }) => ({
    id,
    state,
    ...(fromMs !== undefined && { from: date(fromMs) }),
    ...(untilMs !== undefined && { until: date(untilMs) }),
    validNow: state !== 'revoked' && !isOutside({ fromMs, untilMs }, nowMs),
    warnings,
  }));
  return {
    name: config.name,
    path: config.path,
    methods: config.methods,
    provider: providerView(config),
    outcome: config.outcome.kind,
    keys,
    ...(gate !== undefined && { coverage: gate.coverage }),
  };
}
