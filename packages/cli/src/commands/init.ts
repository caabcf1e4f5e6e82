/** `countersign init`: writes a commented configuration, and what belongs to it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Provider, providerIds } from '@countersign/core';
import { memberOf } from '@countersign/core/internal/check-options';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readProvider } from '../gate-input.ts';
import { configText, envText, variablesOf } from '../init/config-text.ts';
import { isFromRequest } from '../init/examples.ts';
import type { GateToWrite } from '../init/propose-gate.ts';
import { FIRST_PROVIDER, sampleOf } from '../init/samples/all.ts';
import { UsageError } from '../usage-error.ts';
import { writeNew } from '../write-new.ts';

const MAX_PROVIDERS = 256;

/** Where npm puts this package. */
const INSTALLED = 'node_modules/countersign';

export const init: Command = {
  name: 'init',
  summary: 'writes a commented configuration for chosen providers, or for whoever has signed a request',
  usage: [
    'init [PROVIDER…] [--out FILE]',
    'init --from-curl FILE --key-env NAME [--out FILE]',
    'init --from-docs-example FILE --key-env NAME [--out FILE]',
  ],
  details: [
    `Without providers: ${FIRST_PROVIDER}. It also writes .env.example, with the variables that the configuration reads, and, if a gate runs actions, a sample in TypeScript. It does not overwrite existing files without --force.`,
    'With --from-curl or --from-docs-example it searches for the provider or scheme by which a signed request holds, from that request and its key, and says how sure it is, and what one request cannot tell. Exit code 0: written. 1: nothing holds, and nothing was written.',
  ],
  options: {
    out: { value: 'FILE', description: 'default: countersign.yaml' },
    force: { description: 'overwrite existing files' },
    'from-curl': {
      value: 'FILE',
      description:
        'a signed request, as a curl line or in another form that verify takes; - is standard input',
    },
    'from-docs-example': {
      value: 'FILE',
      description: 'a signed request as documentation prints it: headers and body; - is standard input',
    },
    'key-env': {
      value: 'NAME',
      description: 'a variable in the environment or in .env that contains the key of that request',
    },
    'key-file': { value: 'FILE', description: 'a file that contains it; a final line break is ignored' },
    key: { short: 'k', value: 'TEXT', description: 'the key itself; it stays in your shell’s history' },
    now: {
      value: 'TIME',
      description: 'the time to use as now: Unix seconds or an ISO date; default: the clock',
    },
    tries: {
      value: 'N',
      description:
        'how many messages to hold against the signature at most; default: 2000000, some seconds; two minutes at most',
    },
    json: { description: 'the files and the variables to set, as one JSON object' },
  },
  examples: [
    { note: 'two webhooks', command: 'countersign init stripe github' },
    {
      note: 'for a sender that is none of the providers, from one of its requests',
      command: 'pbpaste | countersign init --from-curl - --key-env ACME_SECRET',
    },
    { note: 'into another folder', command: 'countersign init flowent --out deploy/countersign.yaml' },
  ],
  maxArguments: MAX_PROVIDERS,
  run,
};

interface NewFile {
  readonly path: string;
  readonly text: string;
  /** One that is there is as good: it is left as it is. */
  readonly isKept?: boolean;
}

async function run(call: Call): Promise<ExitCode> {
  const { args, output } = call;
  checkFile(args.text('out'));
  if (isFromRequest(call)) return runFromRequest(call);
  const idle = KEY_NAMES.find((name) => args.flag(name));
  if (idle !== undefined) {
    throw new UsageError(
      `--${idle} is given, and no request`,
      'Give the request with --from-curl FILE, or leave it out: of a provider the configuration reads the key from a variable.',
    );
  }
  const ids = args.positionals.length === 0 ? [FIRST_PROVIDER] : [...new Set(args.positionals)];
  const providers = ids.map(readProvider);
  if (args.positionals.length === 0) {
    const others = providerIds.filter((id) => !ids.includes(id));
    output.say(`No provider is named: using ${ids.join(', ')}. Others: ${others.join(', ')}.`);
  }
  return writeAll(call, { providers, gates: [] });
}

/** What is of a request, and idle without one. */
const KEY_NAMES = ['key', 'key-env', 'key-file', 'now', 'tries'] as const;

async function runFromRequest(call: Call): Promise<ExitCode> {
  const { args, output } = call;
  const option = args.flag('from-curl') ? '--from-curl' : '--from-docs-example';
  if (args.positionals.length > 0)
    throw new UsageError(
      `a provider and ${option} are given`,
      'Give one of them: the request tells the provider.',
    );
  // What searches is loaded where somebody asks for it.
  const { failProposal, printProposals, proposeGate } = await import('../init/propose-gate.ts');
  const { proposals, gate } = await proposeGate(call);
  if (gate === undefined) {
    if (args.flag('json')) output.json(proposals);
    else failProposal(proposals, output);
    return EXIT.refused;
  }
  if (!args.flag('json')) printProposals(proposals, gate, output);
  const { provider } = gate;
  return writeAll(call, {
    providers: provider ? [provider] : [],
    gates: provider ? [] : [gate],
    view: { ...proposals, warnings: gate.warnings },
  });
}

/** What is written: gates of providers, as each is usually set up, and others. */
interface ToWrite {
  readonly providers: readonly Provider[];
  readonly gates: readonly GateToWrite[];
  /** What `--json` says beside the files. */
  readonly view?: object;
}

function checkFile(out: string | undefined): void {
  if (out !== undefined && !/\.ya?ml$/i.test(out))
    throw new UsageError('--out does not end in .yaml or .yml', 'E.g. --out countersign.yaml.');
}

function writeAll({ args, io, output }: Call, toWrite: ToWrite): ExitCode {
  const file = resolve(io.cwd, args.text('out') ?? 'countersign.yaml');
  const isForced = args.flag('force');
  const files = newFiles(toWrite, file, io.cwd).map((newFile) => ({
    ...newFile,
    wasThere: existsSync(newFile.path),
  }));
  const inTheWay = files.find(({ wasThere, isKept }) => wasThere && isKept !== true && !isForced);
  if (inTheWay !== undefined) {
    throw new UsageError(
      `${inTheWay.path} already exists`,
      'Choose another file with --out, or overwrite it with --force.',
    );
  }
  const written = files.filter(({ wasThere, isKept }) => isForced || !(wasThere && isKept));
  for (const { path, text } of written) writeNew(path, text, isForced);
  const variables = allVariables(toWrite);
  if (args.flag('json')) output.json({ files: written.map(({ path }) => path), variables, ...toWrite.view });
  else {
    for (const newFile of files) {
      if (written.includes(newFile))
        output.print(`${newFile.wasThere ? 'overwrote' : 'wrote'} ${newFile.path}`);
      else output.print(`kept ${newFile.path}${lackOf(newFile.path, variables)}`);
    }
    sayNext(output.say, variables, args.text('out'));
  }
  return EXIT.ok;
}

function allVariables({ providers, gates }: ToWrite): readonly string[] {
  return [...new Set([...variablesOf(providers), ...gates.map(({ variable }) => variable)])];
}

/** The variables that a file of them does not name. */
function lackOf(path: string, variables: readonly string[]): string {
  const text = readFileSync(path, 'utf8');
  const lacking = variables.filter((name) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, 'm').test(text));
  return lacking.length === 0 ? '' : `; it lacks ${lacking.join(', ')}`;
}

function sayNext(say: (text: string) => void, variables: readonly string[], out: string | undefined): void {
  const config = out === undefined ? '' : ` --config ${out}`;
  const set = ` set ${variables.join(', ')} (in the environment, or copy .env.example to .env and fill it in; keep .env out of version control), then`;
  say(`\nNext:${variables.length === 0 ? '' : set}`);
  say(`  npx countersign check${config}`);
  say(`  npx countersign dev${config}    (while you write it: reloads what you change)`);
  say(`  npx countersign serve${config}`);
}

/** The configuration, the variables that it reads, and a sample for each provider whose gate runs actions. */
function newFiles({ providers, gates }: ToWrite, file: string, cwd: string): readonly NewFile[] {
  const folder = dirname(file);
  const samples = providers.map(({ id }) => sampleOf(id)).filter((sample) => sample !== undefined);
  const extension = isCommonJs(folder) ? 'mts' : 'ts';
  const actionsFile = (id: string): string =>
    samples.length > 1 ? `./${id}-actions.${extension}` : `./actions.${extension}`;
  const schema = pathFrom(folder, join(nearestWith(INSTALLED, cwd), INSTALLED, 'countersign.schema.json'));
  return [
    {
      path: file,
      text: configText({ providers, gates: gates.map(({ text }) => text), schema, actionsFile }),
    },
    ...(allVariables({ providers, gates }).length === 0
      ? []
      : [
          {
            path: join(folder, '.env.example'),
            text: envText(providers, basename(file), gates),
            isKept: true,
          },
        ]),
    ...samples.map(({ provider, text }) => ({ path: join(folder, actionsFile(provider)), text })),
  ];
}

/** As in `./a` or `../a`, with slashes on every system. */
function pathFrom(folder: string, path: string): string {
  const text = relative(folder, path).replaceAll('\\', '/');
  return text.startsWith('.') ? text : `./${text}`;
}

/** The nearest folder upwards that has it; where none has it, the first. */
function nearestWith(name: string, folder: string): string {
  const above = dirname(folder);
  if (existsSync(join(folder, name)) || above === folder) return folder;
  const nearest = nearestWith(name, above);
  return existsSync(join(nearest, name)) ? nearest : folder;
}

/** Whether Node and TypeScript take a `.ts` there for CommonJS, which has no `export`: the nearest package.json says so. */
function isCommonJs(folder: string): boolean {
  const manifest = join(nearestWith('package.json', folder), 'package.json');
  if (!existsSync(manifest)) return false;
  try {
    return memberOf(JSON.parse(readFileSync(manifest, 'utf8')), 'type') !== 'module';
  } catch {
    return true;
  }
}
