/**
 * Loads the program's files with the code that V8 compiled for them in an earlier run of the same command (ADR 6). Node's own compile cache
 * keeps what is compiled before a file runs, and the functions that a start calls are compiled anew each time: a fifth of it.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface ProgramParts {
  /** The file that begins; what it requires of its folder is loaded the same way. */
  readonly main: string;
  /** Where Node keeps compiled code; undefined: nowhere, and each file is compiled. */
  readonly cacheFolder: string | undefined;
  /** Each command runs functions of its own. */
  readonly command: string;
}

export interface LoadedProgram {
  readonly exports: unknown;
  /** Keeps the code of what has run by now, where it was not known; says of how many files. Does not throw. */
  keepCode(): number;
}

interface Compiled {
  readonly script: Script;
  readonly source: Buffer;
  readonly codeFile: string;
}

/**
 * Wraps a file as CommonJS does, without a line of its own, so that line numbers in errors are the file's. The bundler writes
 * `importOutside$(…)` for `import(…)`, since Node prints an experimental warning for a dynamic import in a script of node:vm.
 */
const HEAD = '(function (exports, require, module, __filename, __dirname, importOutside$) { ';
const DIGEST_BYTES = 32;
/** The mode bits by which the group or everybody may write. A cache folder with one of them is not used: its code would be run. */
const OTHERS_WRITE = 0o022;

/** Loads and runs the program's files. @throws what they throw, and where one is missing. */
export function loadProgram({ main, cacheFolder, command }: ProgramParts): LoadedProgram {
  const folder = dirname(main);
  const requireOther = createRequire(main);
  const unknown: Compiled[] = [];
  const modules = new Map<string, { exports: unknown }>();
  const isTrusted = cacheFolder !== undefined && isOurs(() => lstatSync(cacheFolder));
  const load = (file: string): unknown => {
    const loaded = modules.get(file);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const source = readFileSync(file);
    const codeFile = isTrusted ? join(cacheFolder, nameOf(file, command)) : undefined;
    const code = codeFile && readCode(codeFile, source);
    const script = new Script(`${HEAD}${source.toString('latin1')}\n})`, {
      filename: file,
      ...(code && { cachedData: code }),
    });
    if (codeFile && (code === undefined || script.cachedDataRejected))
      unknown.push({ script, source, codeFile });
    const require = (id: string): unknown =>
      id.startsWith('./') ? load(join(folder, id)) : requireOther(id);
    script.runInThisContext()(module.exports, require, module, file, folder, importOutside);
    return module.exports;
  };
  return {
    exports: load(main),
    keepCode: () => unknown.splice(0).filter(writeCode).length,
  };
}

/** From here: what the bundler leaves outside stands beside this very file. */
function importOutside(specifier: string): Promise<unknown> {
  return import(specifier);
}

function nameOf(file: string, command: string): string {
  return `countersign-${createHash('sha256').update(`${command} ${file}`).digest('hex').slice(0, 32)}`;
}

/** Undefined where there is none of this very source that this user wrote. */
function readCode(file: string, source: Buffer): Buffer | undefined {
  let fd: number | undefined;
  try {
    const opened = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    fd = opened;
    if (!isOurs(() => fstatSync(opened))) return undefined;
    const bytes = readFileSync(opened);
    const code = bytes.subarray(DIGEST_BYTES);
    return digestOf(source, code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function writeCode({ script, source, codeFile }: Compiled): boolean {
  try {
    const code = script.createCachedData();
    // Another process finds the old one or the new one, whole.
    const draft = `${codeFile}.${randomBytes(8).toString('hex')}`;
    writeFileSync(draft, Buffer.concat([digestOf(source, code), code]), { mode: 0o600, flag: 'wx' });
    renameSync(draft, codeFile);
    return true;
  } catch {
    // The next start is no faster.
    return false;
  }
}

/** V8 looks at the length of the source alone, and at nothing of the code. */
function digestOf(source: Buffer, code: Buffer): Buffer {
  return createHash('sha256').update(source).update(code).digest();
}

function isOurs(stat: () => { readonly uid: number; readonly mode: number }): boolean {
  try {
    // Windows has no such owners, and each user a temporary folder.
    const uid = process.getuid?.();
    const { uid: owner, mode } = stat();
    return uid === undefined || (owner === uid && (mode & OTHERS_WRITE) === 0);
  } catch {
    return false;
  }
}
