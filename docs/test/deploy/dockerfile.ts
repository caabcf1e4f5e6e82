/** A Dockerfile, read and carried out in folders of this machine. */
import { execFile } from 'node:child_process';
import { chownSync, cpSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the image of a stage says of itself. */
export interface ImageStage {
  readonly name: string;
  /** The image that it begins with. */
  readonly base: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** User and group, as numbers: `65532:65532`. */
  readonly user: string;
  readonly entryPoint: readonly string[];
  readonly arguments: readonly string[];
  readonly healthCheck: readonly string[];
  readonly stopSignal: string;
  readonly volumes: readonly string[];
  readonly ports: readonly number[];
  /** What changes its files. */
  readonly steps: readonly Step[];
}

interface Step {
  readonly instruction: 'RUN' | 'COPY';
  readonly rest: string;
}

/** The stages of a Dockerfile, each instruction on one line; the last is that of the image. @throws Error for an instruction that is not known here */
export function readDockerfile(text: string): readonly ImageStage[] {
  const stages: ImageStage[] = [];
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const stage = instruction === 'FROM' ? stageFrom(rest) : stages.pop();
    if (stage === undefined) throw new Error(`${line}: before FROM`);
    stages.push(instruction === 'FROM' ? stage : { ...stage, ...read(stage, instruction, rest) });
  }
  return stages;
}

function stageFrom(rest: string): ImageStage {
  const [, base = '', name = 'last'] = /^(\S+)(?: AS (\w+))?$/.exec(rest) ?? [];
  return {
    name,
    base,
    workdir: '/',
    env: {},
    user: '0:0',
    entryPoint: [],
    arguments: [],
    healthCheck: [],
    stopSignal: 'SIGTERM',
    volumes: [],
    ports: [],
    steps: [],
  };
}

/** What an instruction changes in its stage. */
function read(stage: ImageStage, instruction: string, rest: string): Partial<ImageStage> {
  switch (instruction) {
    case 'RUN':
    case 'COPY':
      return { steps: [...stage.steps, { instruction, rest }] };
    case 'WORKDIR':
      return { workdir: rest };
    case 'ENV': {
      const [name = '', ...value] = rest.split('=');
      return { env: { ...stage.env, [name]: value.join('=') } };
    }
    case 'HEALTHCHECK':
      return { healthCheck: JSON.parse(rest.slice(rest.indexOf('CMD ') + 'CMD '.length)) as string[] };
    case 'ENTRYPOINT':
      return { entryPoint: JSON.parse(rest) as string[] };
    case 'CMD':
      return { arguments: JSON.parse(rest) as string[] };
    case 'STOPSIGNAL':
      return { stopSignal: rest };
    case 'USER':
      return { user: rest };
    case 'VOLUME':
      return { volumes: [...stage.volumes, rest] };
    case 'EXPOSE':
      return { ports: [...stage.ports, Number(rest)] };
    default:
      throw new Error(`${instruction} is not known here`);
  }
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

/** The last stage, and the folder that has its files; those of its base are not there. */
export interface BuiltImage extends ImageStage {
  readonly root: string;
}

/** Carries out the instructions, `RUN` on this machine. @throws Error where one fails */
export async function buildDockerfile({ text, context, folder, env }: BuildOptions): Promise<BuiltImage> {
  const stages = readDockerfile(text);
  const rootOf = (name: string): string => join(folder, name);
  for (const { name, workdir, steps } of stages) {
    const root = rootOf(name);
    mkdirSync(join(root, workdir), { recursive: true });
    for (const { instruction, rest } of steps) {
      if (instruction === 'COPY') copy(rest.split(' '), { root, workdir, context, rootOf });
      else {
        const command = rest.replaceAll(' /', ` ${root}/`);
        await run('sh', ['-c', command], { cwd: join(root, workdir), env });
      }
    }
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('no FROM');
  return { ...last, root: rootOf(last.name) };
}

interface Place {
  readonly root: string;
  readonly workdir: string;
  readonly context: string;
  readonly rootOf: (stage: string) => string;
}

function copy(words: readonly string[], { root, workdir, context, rootOf }: Place): void {
  const isFlag = (word: string): boolean => word.startsWith('--');
  const argumentOf = (flag: string): string | undefined =>
    words.find((word) => word.startsWith(`--${flag}=`))?.slice(`--${flag}=`.length);
  const paths = words.filter((word) => !isFlag(word));
  const stage = argumentOf('from');
  const source = stage === undefined ? context : rootOf(stage);
  const target = join(root, resolve(workdir, paths.at(-1) ?? ''));
  for (const path of paths.slice(0, -1)) {
    // Of a folder Docker copies what is in it.
    const place = stage === undefined ? join(target, basename(path)) : target;
    cpSync(join(source, path), place, { recursive: true, verbatimSymlinks: true });
  }
  const [user, group] = (argumentOf('chown') ?? '').split(':').map(Number);
  if (user !== undefined && group !== undefined) chownSync(target, user, group);
}
