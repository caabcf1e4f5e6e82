/** A response in every form that people hold one, made into the one form that is judged. */
import { type BodySource, bodyFrom } from '../body-from.ts';
import { describeGiven, describeNumber, isPlain, memberOf } from '../given.ts';
import { HeaderList, type HeaderSource } from '../headers.ts';
import type { MaybePromise } from '../model.ts';
import { remedyOf } from '../options.ts';
import { readWebBody } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';

/** What a response is made from. */
export interface ResponseParts {
  readonly status: number;
  readonly headers?: HeaderSource;
  /** Absent: empty. */
  readonly body?: BodySource | null | undefined;
}

/** A response’s parts, or a web `Response`, whose body is read once. */
export type ResponseSource = ResponseParts | Response;

/** A response whose bytes are there: what is signed, and what is proved. */
export interface SignedResponse {
  readonly status: number;
  readonly headers: HeaderList;
  /** The bytes as they are sent, after any Content-Encoding. */
  readonly body: Uint8Array;
}

const MEMBERS: readonly string[] = ['status', 'headers', 'body'];

const FORMS = 'Give { status, headers, body }, or a web Response.';

/** A web `Response`’s body that is too long is read until that is known, and cut. @throws SetupError for what is no response */
export function readResponse(source: ResponseSource, maxBodyBytes: number): MaybePromise<SignedResponse> {
  if (typeof memberOf(source, 'then') === 'function')
    throw new SetupError('response', 'it is a promise', 'Await it first.');
  if (typeof memberOf(source, 'arrayBuffer') === 'function')
    return readWebResponse(source as Response, maxBodyBytes);
  if (!isPlain(source)) throw new SetupError('response', `it is ${describeGiven(source)}`, FORMS);
  const unknown = Object.keys(source).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(
      `response.${unknown}`,
      'a response has no such member',
      remedyOf('Members', /body/i.test(unknown) ? 'body' : unknown, MEMBERS),
    );
  }
  const { status, headers = [], body } = source as ResponseParts;
  const list = HeaderList.from(headers);
  return { status: statusFrom(status), headers: list, body: bytesFrom(body, list) };
}

/** What answers HEAD has a Content-Length and no body. */
function bytesFrom(body: unknown, headers: HeaderList): Uint8Array {
  try {
    return bodyFrom(body, headers, true);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError('response.body', error.problem, 'Hand over the bytes as they are sent, or text.');
  }
}

/** RFC 9110: a `Response` of these takes no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * A web `Response` of these bytes, with what else the first one says.
 * @param isKept whether a header is handed on, by its lower-case name
 */
export function webResponse(
  { status, headers, body }: SignedResponse,
  first: Response,
  isKept: (name: string) => boolean = () => true,
): Response {
  const fields = new Headers();
  for (const [name, value] of headers) if (isKept(name.toLowerCase())) fields.append(name, value);
  const { statusText, url } = first;
  // The bytes are never shared memory: they were copied out of it.
  const bytes = body as Uint8Array<ArrayBuffer>;
  const response = new Response(WITHOUT_BODY.includes(status) ? null : bytes, {
    status,
    statusText,
    headers: fields,
  });
  // A Response that is made has none.
  Object.defineProperty(response, 'url', { value: url });
  return response;
}

async function readWebResponse(response: Response, maxBodyBytes: number): Promise<SignedResponse> {
  if (response.bodyUsed) {
    throw new SetupError(
      'response.body',
      'something has read the Response’s body before',
      'Hand over response.clone() before it is read, or the bytes that were read.',
    );
  }
  return {
    status: statusFrom(response.status),
    headers: HeaderList.from(response.headers),
    body: await readWebBody(response, maxBodyBytes),
  };
}

/** A browser’s opaque answer has 0, and nothing that could prove it. */
function statusFrom(status: unknown): number {
  if (Number.isInteger(status) && (status as number) >= 0 && (status as number) <= 999)
    return status as number;
  throw new SetupError(
    'response.status',
    `it is ${describeNumber(status)}`,
    'Give the status code as a number, e.g. 200.',
  );
}
