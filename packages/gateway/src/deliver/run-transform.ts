/** Runs a transformation on an event: whatever it does is a value, and none ends the process. */
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { placeText, thrownWords, throwPlace } from '../config/module-fault.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { TransformEvent, TransformHeaders } from './define-transform.ts';
import { textOfBytes } from './header-text.ts';
import type { LoadedTransform } from './load-transform.ts';
import { type MessageChange, readResult, WrongResult } from './transform-result.ts';

export type TransformOutcome =
  | { readonly kind: 'unchanged' | 'skipped' }
  | { readonly kind: 'changed'; readonly change: MessageChange }
  | {
      readonly kind: 'failed';
      readonly code: 'transform-threw' | 'transform-late' | 'transform-wrong';
      /** A sentence for the operator, of what happened and where. */
      readonly problem: string;
    };

export interface RunTransformOptions {
  /** What the sender calls this kind of event. */
  readonly type: string | undefined;
  /** Default 5,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const LATE = Symbol('late');

type TransformedEvent = Pick<
  KeptEvent,
  'id' | 'gate' | 'provider' | 'receivedMs' | 'method' | 'url' | 'headers' | 'withheld' | 'body'
>;

/** Never rejects. A function that computes for long holds the loop as an action would: only what it waits for has an end. */
export async function runTransform(
  loaded: LoadedTransform,
  event: TransformedEvent,
  { type, timeoutMs = TIMEOUT_MS }: RunTransformOptions,
): Promise<TransformOutcome> {
  const { transform, name, file } = loaded;
  const who = `the transformation ${name} of ${file}`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), timeoutMs);
  });
  try {
    const result: unknown = await Promise.race([transform(viewOf(event, type)), late]);
    if (result === LATE) {
      return {
        kind: 'failed',
        code: 'transform-late',
        problem: `${who} was not done after ${timeoutMs} ms. Have it wait for less.`,
      };
    }
    const change = readResult(result);
    if (change === undefined) return { kind: 'unchanged' };
    return change === 'skip' ? { kind: 'skipped' } : { kind: 'changed', change };
  } catch (error) {
    return failure(loaded, who, error);
  } finally {
    clearTimeout(timer);
  }
}

function failure({ name, file }: LoadedTransform, who: string, error: unknown): TransformOutcome {
  if (error instanceof WrongResult) {
    return { kind: 'failed', code: 'transform-wrong', problem: `${who} ${error.message}.` };
  }
  const place = throwPlace(error);
  const where = place === undefined ? file : placeText(place);
  return {
    kind: 'failed',
    code: 'transform-threw',
    problem: `the transformation ${name} threw at ${where}: ${thrownWords(error)}`,
  };
}

/** Each part is made when it is asked for: most functions look at one. */
function viewOf(event: TransformedEvent, type: string | undefined): TransformEvent {
  const { id, gate, provider, receivedMs, method, url } = event;
  let body: Uint8Array | undefined;
  return {
    id,
    gate,
    provider,
    type,
    receivedMs,
    method,
    url,
    headers: headersOf(event),
    get body() {
      body ??= Uint8Array.from(event.body);
      return body;
    },
    text: function text() {
      return textOf(event.body, text);
    },
    json: function json() {
      const text = textOf(event.body, json);
      try {
        return parseExactJson(text);
      } catch {
        throw calledFrom(json, new SyntaxError('the body is no JSON'));
      }
    },
  };
}

function textOf(body: Uint8Array, from: () => unknown): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw calledFrom(from, new TypeError('the body is not UTF-8'));
  }
}

/** The runtime’s own words quote the body, and point here: these say nothing of it, and point at the operator’s line. */
function calledFrom(method: () => unknown, error: Error): Error {
  Error.captureStackTrace(error, method);
  return error;
}

function headersOf({ headers, withheld }: TransformedEvent): TransformHeaders {
  const entries = (): (readonly [string, string])[] => {
    const pairs: (readonly [string, string])[] = [];
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] ?? '';
      if (!withheld?.names.includes(name.toLowerCase())) pairs.push([name, shownValue(headers[i + 1] ?? '')]);
    }
    return pairs;
  };
  return {
    get(name) {
      const lower = name.toLowerCase();
      const values = entries().flatMap(([other, value]) => (other.toLowerCase() === lower ? [value] : []));
      return values.length === 0 ? undefined : values.join(', ');
    },
    entries,
  };
}

/** What is no UTF-8 stays as it came, a char a byte. */
function shownValue(value: string): string {
  return textOfBytes(value) ?? value;
}
