/** What nobody caught, in words: its kind and its place. Its own text is not among them, for it may quote a secret. */
import { existsSync } from 'node:fs';
import { callsOf, isOfPackage, type StackFrame, stackFrame } from '@countersign/gateway/stack-frame';
import { PROGRAM_FOLDER } from './failure.ts';

export interface Uncaught {
  readonly problem: string;
  readonly remedy: string;
  /** The error's name, and its code where it has one: `Error (ECONNREFUSED)`. */
  readonly thrown: string;
  /** `/path/to/actions.ts:12:9`; undefined where the stack names no file. */
  readonly at?: string;
  /** Shown where DEBUG is set. */
  readonly stack?: string;
}

/** Told of what nobody caught, before it ends the process. */
export type UncaughtListener = (uncaught: Uncaught) => Promise<void>;

const NO_ERROR = 'a value that is not an error';
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
/** As many as the runtime notes where it is told to note many. */
const MAX_CALLS = 200;

/** Does not throw, whatever was thrown. */
export function describeUncaught(error: unknown): Uncaught {
  const { thrown, place, stack } = tolerantly(() => factsOf(error)) ?? { thrown: NO_ERROR };
  const at = place && `${place.file}:${place.line}:${place.column}`;
  const what = at === undefined ? thrown : `${thrown} at ${at}`;
  const words = place?.file.startsWith(PROGRAM_FOLDER) === true ? ownWords(what) : foreignWords(what);
  return { ...words, thrown, ...(at !== undefined && { at }), ...(stack !== undefined && { stack }) };
}

/** What happened, and what to do. */
export type Words = Pick<Uncaught, 'problem' | 'remedy'>;

function ownWords(what: string): Words {
  return {
    problem: `a bug: an error that nobody caught has ended the process: ${what}.`,
    remedy: 'Report it. DEBUG=1 shows it in full.',
  };
}

/** Most often a module of the configuration, whose timers and promises are its own. */
function foreignWords(what: string): Words {
  return {
    problem: `an error that nobody caught has ended the process: ${what}.`,
    remedy: 'Catch it where it is thrown, or await the promise. DEBUG=1 shows it in full.',
  };
}

interface Facts {
  readonly thrown: string;
  readonly place?: StackFrame | undefined;
  readonly stack?: string | undefined;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { thrown: NO_ERROR, stack: String(error) };
  const code = 'code' in error ? String(error.code) : '';
  const stack = typeof error.stack === 'string' ? error.stack : undefined;
  // The runtime's own, around what a promise was rejected with.
  if (code === 'ERR_UNHANDLED_REJECTION') return { thrown: NO_ERROR, stack };
  const name = NAME.test(error.name) ? error.name : 'Error';
  const thrown = CODE.test(code) ? `${name} (${code})` : name;
  return { thrown, place: placeIn(stack ?? '', error.message), stack };
}

/** The first place in a file that is neither a package's nor the program's, since that is whose call it was; else the first in any. */
function placeIn(stack: string, message: string): StackFrame | undefined {
  const places = callsOf(stack, message).slice(0, MAX_CALLS).flatMap(existingPlace);
  return places.find(({ file }) => !isInstalled(file)) ?? places[0];
}

function isInstalled(file: string): boolean {
  return file.startsWith(PROGRAM_FOLDER) || isOfPackage(file);
}

function existingPlace(call: string): readonly StackFrame[] {
  const frame = stackFrame(call);
  // What is no file stood in a message that was changed since.
  return frame !== undefined && existsSync(frame.file) ? [frame] : [];
}

function tolerantly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
