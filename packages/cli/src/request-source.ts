/** The request that `verify` and `explain` are given. */
import type { SignedRequest } from '@countersign/core';
import type { RequestInput } from '@countersign/core/internal/request-input';
import { readRequest } from '@countersign/core/internal/request-input';
import type { OptionSpecs } from './arguments.ts';
import type { Call } from './command.ts';
import { readInput } from './input-file.ts';
import { UsageError } from './usage-error.ts';

export const REQUEST_OPTIONS: OptionSpecs = {
  entry: { value: 'N', description: 'which entry of a HAR file, from 1' },
};

export const REQUEST_FORMS =
  'The request is a raw HTTP message, a JSON object {"method", "url", "headers", "body" or "bodyBase64"}, an event of the admin API, a HAR entry or file, a curl line or fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it; the command recognises which. Without FILE it reads standard input.';

/** Reads the request from the file that the arguments name, or from standard input. @throws UsageError */
export async function readRequestInput({ args, io, output }: Call): Promise<RequestInput> {
  const [path] = args.positionals;
  if (path === undefined && io.stdin.isTTY === true) output.say('Paste the request, then press Ctrl-D.');
  return readRequestFrom(path ?? '-', { args, io });
}

/** What judges or signs, and what is judged or signed. */
interface GateAndInput<Gate, Input> {
  readonly gate: Gate;
  readonly input: Input;
}

/**
 * Reads both. Files come first, since they may not be there; standard input comes last, since it may be a terminal.
 * @param paths from which `readInput` reads: `-` is standard input
 */
export async function readBoth<Gate, Input>(
  paths: readonly string[],
  readGate: () => Gate,
  readInput: () => Promise<Input>,
): Promise<GateAndInput<Gate, Input>> {
  if (paths.length === 0 || paths.includes('-')) {
    const gate = readGate();
    return { gate, input: await readInput() };
  }
  const input = await readInput();
  return { gate: readGate(), input };
}

/** Reads the request from a file, or from standard input for `-`. @param remedy where there is no such file. @throws UsageError */
export async function readRequestFrom(
  path: string,
  { args, io }: Pick<Call, 'args' | 'io'>,
  remedy?: string,
): Promise<RequestInput> {
  const bytes = await readInput(path, io, remedy);
  const entry = readEntry(args.text('entry'));
  return readRequest(bytes, {
    ...(entry !== undefined && { entry }),
  });
}

/** Method and target on one line. */
export function requestLine({ method, url }: Pick<SignedRequest, 'method' | 'url'>): string {
  return `${method} ${url}`;
}

function readEntry(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--entry is not a number from 1', 'E.g. --entry 3.');
  return Number(text);
}
