/** A Dockerfile’s instructions, carried out in folders of this machine: what they do without Docker’s walls and images. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the last stage comes to. */
export interface BuiltStage {
  /** In place of the image’s root. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly stopSignal: string;
}

interface Stage {
  readonly root: string;
  workdir: string;
  readonly env: Record<string, string>;
  command: readonly string[];
  healthCheck: readonly string[];
  stopSignal: string;
}

export interface BuildOptions {
  readonly text: string;
  /** The folder whose files are copied. */
  readonly context: string;
  /** Where stages get their roots. */
  readonly folder: string;
  /** The environment of commands. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error where an instruction fails, or is none that is known here. */
export async function buildDockerfile({ text, context, folder, env }: BuildOptions): Promise<BuiltStage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'last';
      const root = join(folder, name);
      mkdirSync(root);
      stage = { root, workdir: '/', env: {}, command: [], healthCheck: [], stopSignal: 'SIGTERM' };
      stages.set(name, stage);
    } else if (stage === undefined) throw new Error(`${line}: before FROM`);
    else await carryOut(stage, instruction, rest, { stages, context, env });
  }
  if (stage === undefined) throw new Error('no FROM');
  return stage;
}

interface Surroundings {
  readonly stages: ReadonlyMap<string, Stage>;
  readonly context: string;
  readonly env: Readonly<Record<string, string>>;
}

async function carryOut(
  stage: Stage,
  instruction: string,
  rest: string,
  { stages, context, env }: Surroundings,
): Promise<void> {
  const words = rest.split(' ');
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = rest;
      mkdirSync(join(stage.root, rest), { recursive: true });
      return;
    case 'ENV':
      stage.env[rest.slice(0, rest.indexOf('='))] = rest.slice(rest.indexOf('=') + 1);
      return;
    case 'COPY': {
      const [, from] = /^--from=(\w+)$/.exec(words[0] ?? '') ?? [];
      const source = from === undefined ? context : (stages.get(from)?.root ?? '');
      const target = join(stage.root, stage.workdir, words.at(-1) ?? '');
      for (const path of words.slice(from === undefined ? 0 : 1, -1)) {
        // Of a folder Docker copies what is in it.
        cpSync(join(source, path), from === undefined ? join(target, basename(path)) : target, {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
      return;
    }
    case 'RUN': {
      // Nobody but root may give files away.
      const command = rest.replaceAll(/ -[og] node/g, '').replaceAll(' /', ` ${stage.root}/`);
      const cwd = join(stage.root, stage.workdir);
      await run('sh', ['-c', command], { cwd, env });
      return;
    }
    case 'HEALTHCHECK':
      stage.healthCheck = JSON.parse(rest.slice(rest.indexOf('CMD ') + 'CMD '.length)) as string[];
      return;
    case 'CMD':
      stage.command = JSON.parse(rest) as string[];
      return;
    case 'STOPSIGNAL':
      stage.stopSignal = rest;
      return;
    case 'USER':
    case 'VOLUME':
    case 'EXPOSE':
      return;
    default:
      throw new Error(`${instruction} is not known here`);
  }
}
