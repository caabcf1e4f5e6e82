/** A stack's calls, and the files that they name. */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a call stands. */
export interface StackFrame {
  /** Absolute path. */
  readonly file: string;
  /** From 1, as `column` is. */
  readonly line: number;
  readonly column: number;
}

/** The lines of a stack that are calls: a message, which stands before them, may have lines that look like some. */
export function callsOf(stack: string, message: string): readonly string[] {
  const calls = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  return calls.split('\n').filter((line) => line.startsWith('    at '));
}

/** `at run (file:///…/actions.mjs?version=2:2:7)`, `at async /…/part.cjs:1:1`; a line that is none may be of any length. */
const FRAME = /^ {4}at (?:.*\(|async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).{1,2000}?):(\d+):(\d+)\)?$/;

/** What a call says of where it stands. Undefined for one within the runtime, and for a file that has no path here. */
export function stackFrame(call: string): StackFrame | undefined {
  const [, name, line, column] = FRAME.exec(call) ?? [];
  const file = name === undefined ? undefined : pathOf(name);
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}

/** A path, or a file URL as one. Undefined where it names another machine’s. */
export function pathOf(name: string): string | undefined {
  try {
    return isAbsolute(name) ? name : fileURLToPath(name);
  } catch {
    return undefined;
  }
}

/** Whether a file is a package’s, and not its user’s own. */
export function isOfPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}
