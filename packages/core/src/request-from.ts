/** A request in every form that people hold one, made into the one form that the engine judges. */
import { type BodySource, bodyFrom, isOwnBody } from './body-from.ts';
import { describeGiven, isPlain, memberOf } from './given.ts';
import { HeaderList, type HeaderSource } from './headers.ts';
import type { MaybePromise, RequestHead, SignedRequest } from './model.ts';
import { remedyOf } from './options.ts';
import { SetupError } from './setup-error.ts';
import { counted } from './text/amounts.ts';
import { collectBytes } from './text/collect-bytes.ts';

/** What a request is made from. */
export interface RequestParts {
  /** Undefined in the types of Node's servers only: a request without one is a SetupError. */
  readonly method: string | undefined;
  /** Absolute, or as in the request line. Undefined as `method` is. */
  readonly url: string | URL | undefined;
  readonly headers?: HeaderSource;
  /** Absent: empty. */
  readonly body?: BodySource | null | undefined;
  readonly remoteAddress?: string;
  readonly forwarded?: SignedRequest['forwarded'];
}

/** A request’s parts, or a web `Request`, whose body is read once. */
export type RequestSource = RequestParts | Request;

/** What a body may have, where nothing else is set. */
export const DEFAULT_MAX_BODY_BYTES: number = 1024 * 1024;

const MEMBERS = ['method', 'url', 'headers', 'body', 'remoteAddress', 'forwarded'] as const;

/** Of what a request is made; `sign` takes more. */
export const REQUEST_MEMBERS: readonly string[] = MEMBERS;

/**
 * A `SignedRequest` from its parts, or from a web `Request`. A gate takes the same by itself.
 * @throws SetupError for what cannot be a request: a body that a parser has made into an object, headers of no known
 * form, a `Request` that was read before or is longer than `maxBodyBytes` (default 1,048,576).
 */
export function requestFrom(source: Request, maxBodyBytes?: number): Promise<SignedRequest>;
export function requestFrom(source: RequestParts): SignedRequest;
export function requestFrom(source: RequestSource, maxBodyBytes?: number): MaybePromise<SignedRequest>;
export function requestFrom(
  source: RequestSource,
  maxBodyBytes: number = DEFAULT_MAX_BODY_BYTES,
): MaybePromise<SignedRequest> {
  const request = readRequest(source, maxBodyBytes);
  if (!(request instanceof Promise)) return request;
  return request.then((read) => {
    if (read.body.length <= maxBodyBytes) return read;
    throw new SetupError(
      'request.body',
      `the body is longer than ${counted(maxBodyBytes, 'byte')}`,
      'Hand the Request to the gate, which refuses it; or raise the bound.',
    );
  });
}

/** The same, but a `Request`’s body that is too long is read until that is known, and cut: the gate refuses it by its length. */
export function readRequest(
  source: RequestSource,
  maxBodyBytes: number,
  members: readonly string[] = REQUEST_MEMBERS,
): MaybePromise<SignedRequest> {
  if (isOwnForm(source)) return source;
  if (typeof source !== 'object' || source === null) {
    throw new SetupError('request', `it is ${describeGiven(source)}`, FORMS);
  }
  const parts = membersOf(source);
  if (parts.then) throw new SetupError('request', 'it is a promise', 'Await it first.');
  if (typeof parts.arrayBuffer === 'function') return readWebRequest(source as Request, maxBodyBytes);
  const { headers, body } = parts;
  if (headers === undefined || body === undefined || body === null) refuseUnknown(source, members);
  const list = headers === undefined ? new HeaderList([]) : headersFrom(headers);
  const request = {
    method: methodFrom(parts.method),
    url: urlFrom(parts.url),
    headers: list,
    body: isOwnBody(body) ? body : bodyFrom(body, list, endedWithHead(source)),
  };
  return parts.remoteAddress === undefined && parts.forwarded === undefined
    ? request
    : { ...request, ...circumstances(parts) };
}

/** A head in every form; its body is not looked at. */
export function headFrom(head: RequestHead): RequestHead {
  return isOwnHead(head) ? head : requestFrom({ ...head, body: '' });
}

function circumstances({
  remoteAddress,
  forwarded,
}: Members): Pick<SignedRequest, 'remoteAddress' | 'forwarded'> {
  if (remoteAddress !== undefined && typeof remoteAddress !== 'string') {
    throw new SetupError(
      'request.remoteAddress',
      `it is ${describeGiven(remoteAddress)}`,
      'Give the client’s IP address as a text, or leave it out.',
    );
  }
  if (forwarded !== undefined && !isForwarded(forwarded)) {
    throw new SetupError(
      'request.forwarded',
      `it is ${describeGiven(forwarded)}`,
      'Give { scheme, host } of a proxy that you trust, or leave it out.',
    );
  }
  return { ...(remoteAddress !== undefined && { remoteAddress }), ...(forwarded && { forwarded }) };
}

function isForwarded(value: unknown): value is NonNullable<SignedRequest['forwarded']> {
  if (!isPlain(value)) return false;
  const scheme = memberOf(value, 'scheme');
  const host = memberOf(value, 'host');
  return (scheme === undefined || scheme === 'https' || scheme === 'http') && isText(host);
}

/** What is looked for in whatever was handed over: a request’s members, and what tells a promise and a web `Request`. */
const LOOKED_FOR = ['then', 'arrayBuffer', ...MEMBERS] as const;

type Members = { readonly [name in (typeof LOOKED_FOR)[number]]?: unknown };

/** A server’s own request object (Node, Express) is asked for what it keeps as received: repeats of a header, the path before routing. */
function membersOf(source: object): Members {
  const members = readMembers(source);
  if (isPlain(source)) return members;
  const original = readMember(source, 'originalUrl');
  const raw = readMember(source, 'rawHeaders');
  return {
    ...members,
    ...(typeof original === 'string' && { url: original }),
    ...(raw !== undefined && { headers: raw }),
  };
}

/** All at once, since each look by itself takes its time; one by one where a look throws. */
function readMembers(source: Members): Members {
  try {
    const { then, arrayBuffer, method, url, headers, body, remoteAddress, forwarded } = source;
    return { then, arrayBuffer, method, url, headers, body, remoteAddress, forwarded };
  } catch {
    return Object.fromEntries(LOOKED_FOR.map((name) => [name, readMember(source, name)]));
  }
}

/** What cannot be read is not absent: a body would be taken for an empty one. @throws SetupError */
function readMember(source: object, name: string): unknown {
  try {
    return Reflect.get(source, name);
  } catch {
    throw unreadable(name);
  }
}

function unreadable(name: string): SetupError {
  const option = REQUEST_MEMBERS.includes(name) ? `request.${name}` : 'request';
  return new SetupError(option, 'reading it throws', FORMS);
}

function headersFrom(headers: unknown): HeaderList {
  try {
    return HeaderList.from(headers as HeaderSource);
  } catch (error) {
    throw error instanceof SetupError ? error : unreadable('headers');
  }
}

/** Whether a server’s request object (of Node; Fastify’s and Koa’s hold it) had no body: its HTTP/2 stream ended with its headers. */
function endedWithHead(source: object): boolean {
  if (isPlain(source)) return false;
  const held = [source, memberOf(source, 'raw'), memberOf(source, 'req')];
  return held.some((request) => memberOf(memberOf(request, 'stream'), 'endAfterHeaders') === true);
}

/** Whether a request is in the engine’s own form: the usual case, told in nanoseconds. */
function isOwnForm(source: RequestSource): source is SignedRequest {
  try {
    return isOwnHead(source) && isOwnBody(source.body);
  } catch {
    // What cannot be read is named where its members are.
    return false;
  }
}

function isOwnHead(source: unknown): source is RequestHead & { readonly body?: unknown } {
  if (typeof source !== 'object' || source === null) return false;
  const { method, url, headers, remoteAddress, forwarded } = source as Partial<SignedRequest>;
  return (
    headers instanceof HeaderList &&
    typeof method === 'string' &&
    typeof url === 'string' &&
    isText(remoteAddress) &&
    (forwarded === undefined || isForwarded(forwarded))
  );
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function methodFrom(method: unknown): string {
  if (typeof method === 'string') return method;
  throw new SetupError('request.method', `it is ${describeGiven(method)}`, 'Give it as received, e.g. POST.');
}

/** A `URL` stands for its text without the fragment, which is never sent. */
function urlFrom(url: unknown): string {
  if (typeof url === 'string') return url;
  const href = memberOf(url, 'href');
  if (typeof href === 'string' && typeof memberOf(url, 'searchParams') === 'object')
    return href.split('#', 1)[0] as string;
  throw new SetupError(
    'request.url',
    `it is ${describeGiven(url)}`,
    'Give the path with its query as in the request line (Express: req.originalUrl), or the whole URL.',
  );
}

/** `rawBody` in place of `body` would leave the body out in silence. A server’s own request objects have many members. */
function refuseUnknown(source: object, members: readonly string[]): void {
  if (!isPlain(source)) return;
  for (const name of Object.keys(source)) {
    if (members.includes(name)) continue;
    const meant = /body/i.test(name) ? 'body' : name;
    throw new SetupError(
      `request.${name}`,
      'a request has no such member',
      remedyOf('Members', meant, members),
    );
  }
}

export function isWebRequest(source: unknown): source is Request {
  return typeof memberOf(source, 'arrayBuffer') === 'function';
}

async function readWebRequest(request: Request, maxBodyBytes: number): Promise<SignedRequest> {
  if (typeof request.headers !== 'object') {
    throw new SetupError('request', `it is ${describeGiven(request)}, without headers`, FORMS);
  }
  if (request.bodyUsed) {
    throw new SetupError(
      'request.body',
      'something has read the Request’s body before',
      'Hand over request.clone() before it is read, or the bytes that were read.',
    );
  }
  return {
    method: methodFrom(request.method),
    url: urlFrom(request.url),
    headers: HeaderList.from(request.headers),
    body: await readWebBody(request, maxBodyBytes),
  };
}

/** The body of a web `Request` or `Response`. One that is too long is read until that is known, and cut. */
export async function readWebBody(
  message: Pick<Request, 'body' | 'arrayBuffer'>,
  maxBodyBytes: number,
): Promise<Uint8Array> {
  const { body } = message;
  if (body === null) return new Uint8Array(0);
  // Firefox shows no stream; other libraries’ Requests have a stream of another kind.
  if (typeof body?.getReader !== 'function') return new Uint8Array(await message.arrayBuffer());
  const reader = body.getReader();
  const collected = collectBytes();
  while (collected.length <= maxBodyBytes) {
    const { done, value } = await reader.read();
    if (done) return collected.take();
    if (!(value instanceof Uint8Array)) {
      throw new SetupError(
        'request.body',
        `its stream holds ${describeGiven(value)}`,
        'Give a stream of bytes.',
      );
    }
    collected.add(value);
  }
  await reader.cancel().catch(() => {});
  return collected.take();
}

const FORMS = 'Give { method, url, headers, body }, or a web Request (Hono: c.req.raw).';
