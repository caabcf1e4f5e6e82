/** What a module of the operator's failed with while it loaded: where that was, and what of it may be shown. */
import { shortened } from '@countersign/core/internal/amounts';
import { callsOf, isOfPackage, pathOf, type StackFrame, stackFrame } from './stack-frame.ts';

export interface FaultPlace extends Pick<StackFrame, 'file' | 'line'> {
  /** From 1; undefined where the runtime does not tell, as at the end of a file. */
  readonly column: number | undefined;
}

/** The runtime prints above a syntax error `file:///…/helper.ts:2`, the line, and mostly a caret under the place. TypeScript is named by its path. */
const PLACE = /^(file:\/\/[^\s?]+|\/.+?|[A-Za-z]:\\.+?)(?:\?\S*)?:(\d+)$/m;
/** In the lines under it, up to the error's own. */
const CARET = /^([ \t]*)\^/m;

const TIMEOUT_MS = 10_000;

/** `path:line:column`, as far as it is known. */
export function placeText({ file, line, column }: FaultPlace): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/**
 * Where a module does not parse, or asks another for what that does not export.
 * Undefined where the error is no such error, or its place cannot be found.
 * @param url of the module that was asked for; the error may be in one that it imports.
 */
export function syntaxPlace(error: unknown, url: string): FaultPlace | undefined {
  if (!isSyntaxFault(error)) return undefined;
  return placeIn(error.stack ?? '') ?? placeIn(printedError(url));
}

/** Whether a module was never run, rather than having thrown what `JSON.parse` or `new RegExp` threw. */
export function isSyntaxFault(error: unknown): error is SyntaxError {
  return error instanceof SyntaxError && isOfLoader(error);
}

function placeIn(text: string): FaultPlace | undefined {
  const match = PLACE.exec(text);
  if (match === null) return undefined;
  const [head, name = '', line = ''] = match;
  const file = pathOf(name);
  if (file === undefined) return undefined;
  const [source = ''] = text.slice(match.index + head.length).split(/^\w*Error\b/m, 1);
  const indent = CARET.exec(source)?.[1];
  const column = indent === undefined ? undefined : indent.length + 1;
  return { file, line: Number(line), column };
}

/**
 * For JavaScript the place is printed only when the error ends a process. A module that does not parse is not linked, so
 * nothing of it runs here.
 */
function printedError(url: string): string {
  const script = `import ${JSON.stringify(url)}`;
  // Loaded here: no start that succeeds needs it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return stderr;
}

/** Where a module threw: the operator's line that did, or that called what did. Undefined for what has no stack. */
export function throwPlace(error: unknown): FaultPlace | undefined {
  return framesOf(error).find(isPlace);
}

/** The calls above the loader's, the last one first: files of the operator's, and what lies elsewhere. */
function framesOf(error: unknown): readonly (FaultPlace | 'elsewhere')[] {
  const calls = stackOf(error);
  const loader = calls.findIndex(isLoaders);
  return calls.slice(0, loader < 0 ? calls.length : loader).map(frameOf);
}

/** Whether the loader threw it, for a module that does not load. What has no stack may be anybody's. */
function isOfLoader(error: unknown): boolean {
  return stackOf(error).findIndex(isLoaders) === 0;
}

function stackOf(error: unknown): readonly string[] {
  return error instanceof Error ? callsOf(error.stack ?? '', error.message) : [];
}

function isLoaders(call: string): boolean {
  return call.includes('node:internal/modules/');
}

function frameOf(call: string): FaultPlace | 'elsewhere' {
  const frame = stackFrame(call);
  return frame === undefined || isOfPackage(frame.file) ? 'elsewhere' : frame;
}

const MAX_WORDS = 200;

/** A thrown value in words, on one line: its text behind its kind, as far as it may be shown. */
export function thrownWords(error: unknown): string {
  if (!(error instanceof Error)) return `${nounOf(error)}, which is no error`;
  const text = shownText(error);
  return shortened(text === '' ? error.name : `${error.name}: ${text}`, MAX_WORDS);
}

/** The same of what a module does not load for, without its kind where it has a text. */
export function faultWords(error: unknown): string {
  const text = error instanceof Error ? shownText(error) : '';
  return text === '' ? thrownWords(error) : text;
}

/** What the language says of a value that it quotes. */
const QUOTES = /^Cannot (?:use 'in' operator|.* on string '|.* of string ')/;

/**
 * The first line of an error's text where the operator's own line made it, where the system did, or where a module does not load; else
 * empty: that of a library or of `JSON.parse` may quote a secret that was being read.
 */
function shownText(error: Error): string {
  const isShown = isPlace(framesOf(error)[0]) || isOfLoader(error) || 'syscall' in error;
  const line = firstLineOf(error);
  return isShown && !(error instanceof TypeError && QUOTES.test(line)) ? line : '';
}

function isPlace(frame: FaultPlace | 'elsewhere' | undefined): frame is FaultPlace {
  return frame !== undefined && frame !== 'elsewhere';
}

function nounOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What an error says, without what follows its first line. */
export function firstLineOf({ message }: Error): string {
  return shortened(message.split('\n', 1)[0] ?? '', MAX_WORDS);
}
