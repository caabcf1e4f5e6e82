/** The signed request that `init` is given, and what printing may have done to its body. */
import type { SignedRequest } from '@countersign/core';
import { readRequest } from '@countersign/core/internal/request-input';
import type { BodyChange, Example } from '@countersign/core/propose';
import type { Call } from '../command.ts';
import { readInput } from '../input-file.ts';
import { UsageError } from '../usage-error.ts';
import { docsExampleText } from './docs-example.ts';

/** What is searched a million times over is not a file of any length. */
const MAX_BYTES = 1024 * 1024;

export interface ReadExamples {
  /** As it is first. */
  readonly examples: readonly Example[];
  readonly notes: readonly string[];
}

export function isFromRequest({ args }: Pick<Call, 'args'>): boolean {
  return args.flag('from-curl') || args.flag('from-docs-example');
}

/** @throws UsageError, InputError */
export async function readExamples({ args, io, output }: Call): Promise<ReadExamples> {
  const [pasted, printed] = [args.text('from-curl'), args.text('from-docs-example')];
  if (pasted !== undefined && printed !== undefined)
    throw new UsageError('--from-curl and --from-docs-example are given', 'Give one of them.');
  const path = pasted ?? printed ?? '-';
  if (path === '-' && io.stdin.isTTY === true) output.say('Paste the request, then press Ctrl-D.');
  const bytes = await readInput(path, io);
  if (bytes.length > MAX_BYTES)
    throw new UsageError(
      'the request is longer than 1 MB',
      'Give a shorter one: the search tries it many times.',
    );
  const text =
    printed === undefined ? bytes : Buffer.from(docsExampleText(Buffer.from(bytes).toString('utf8')));
  const { request, notes } = readRequest(text);
  return { examples: [...variants(request)], notes };
}

/** A file ends with a line end that no sender has signed; a page prints JSON in lines. */
function* variants(request: SignedRequest): Generator<Example> {
  yield { request };
  const text = Buffer.from(request.body).toString('utf8');
  const shorter = text.replace(/\r?\n$/, '');
  if (shorter !== text) yield otherBody(request, shorter, 'final-line-end');
  const compact = compactJson(text);
  if (compact !== undefined && compact !== shorter && compact !== text)
    yield otherBody(request, compact, 'compact-json');
}

function otherBody(request: SignedRequest, body: string, change: BodyChange): Example {
  return { request: { ...request, body: Buffer.from(body) }, change };
}

function compactJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
