/** A request of Node’s servers, and of what is built on them: its head at once, its body read within a bound. */

import { isOwnBody } from '../body-from.ts';
import { memberOf } from '../given.ts';
import { HeaderList } from '../headers.ts';
import type { RequestHead, SignedRequest } from '../model.ts';
import { requestFrom } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import { collectBytes } from '../text/collect-bytes.ts';
import type { Settings } from './settings.ts';
import { circumstancesOf } from './trusted-proxy.ts';

/** What is needed of `http.IncomingMessage`, or of its twin in HTTP/2. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: string[];
  readonly socket?: { readonly remoteAddress?: string | undefined } | null;
  readonly readableDidRead?: boolean;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  on(event: string, listener: (value: Uint8Array) => void): unknown;
  removeListener(event: string, listener: (value: Uint8Array) => void): unknown;
  pause(): unknown;
}

/** The head, as received. Where a router has cut the path (Express’ `originalUrl`), it is whole again. */
export function nodeHead(req: NodeRequest, { trustProxy }: Pick<Settings, 'trustProxy'>): RequestHead {
  const headers = HeaderList.fromRaw(req.rawHeaders);
  const original = memberOf(req, 'originalUrl');
  return requestFrom({
    method: req.method,
    url: typeof original === 'string' ? original : req.url,
    headers,
    body: '',
    ...circumstancesOf(headers, req.socket?.remoteAddress, trustProxy),
  });
}

/** Where a framework or a platform leaves the body of a request that it has read. */
export interface ReadBefore {
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/**
 * The body as received; undefined where the sender has gone before its end. Of one that is longer than `maxBytes` as much as shows that.
 * @param before what was read before, where it is not at the request itself
 * @throws SetupError where a parser has read the stream and left no bytes
 */
export async function nodeBody(
  req: NodeRequest,
  maxBytes: number,
  before: ReadBefore = { rawBody: memberOf(req, 'rawBody'), body: memberOf(req, 'body') },
): Promise<Uint8Array | undefined> {
  if (isBytesOrText(before.rawBody)) return bytesOf(req, before.rawBody);
  if (!wasRead(req)) return readStream(req, maxBytes);
  // After `express.raw()` or `express.text()`.
  if (isBytesOrText(before.body)) return bytesOf(req, before.body);
  if (hasNoBody(req)) return new Uint8Array(0);
  throw new SetupError(
    'request.body',
    'a body parser has read it before, and the bytes that were signed are lost',
    PARSED,
  );
}

const PARSED =
  'Mount this before the parser (Express: above app.use(express.json()); Koa: above the body parser), or have the parser keep the bytes: express.json({ verify: (req, _res, rawBody) => Object.assign(req, { rawBody }) }), in Nest NestFactory.create(AppModule, { rawBody: true }).';

/** The whole request; undefined where the sender has gone before its end. @throws SetupError as `nodeBody` does */
export async function nodeRequest(
  req: NodeRequest,
  { maxBodyBytes, trustProxy = false }: { readonly maxBodyBytes: number; readonly trustProxy?: boolean },
): Promise<SignedRequest | undefined> {
  const head = nodeHead(req, { trustProxy });
  const body = await nodeBody(req, maxBodyBytes);
  return body && { ...head, body };
}

function isBytesOrText(value: unknown): value is Uint8Array | string {
  return typeof value === 'string' || isOwnBody(value);
}

/** A text that decodes from no bytes is refused there. */
function bytesOf({ rawHeaders: headers }: NodeRequest, body: Uint8Array | string): Uint8Array {
  return typeof body === 'string' ? requestFrom({ method: 'POST', url: '/', headers, body }).body : body;
}

/** Whether somebody has read it: by itself, or by the stream of HTTP/2 that is under it. */
function wasRead(req: NodeRequest): boolean {
  const inner = memberOf(req, 'stream');
  return [req, inner].some(
    (stream) => memberOf(stream, 'readableDidRead') === true || memberOf(stream, 'readableEnded') === true,
  );
}

/**
 * Whether the head alone says that no body came. A length of nothing is held to by Node’s parsers; a head of HTTP/1 without a length and a coding has none
 * (RFC 9112, section 6.3); HTTP/2 needs no length, and says in the frame of the head that the request ends there.
 */
function hasNoBody(req: NodeRequest): boolean {
  const headers = HeaderList.fromRaw(req.rawHeaders);
  if (headers.count('transfer-encoding') > 0) return false;
  if (headers.count('content-length') > 0) return headers.single('content-length') === '0';
  const isHttp1 = memberOf(req, 'httpVersionMajor') === 1;
  return isHttp1 || memberOf(memberOf(req, 'stream'), 'endAfterHeaders') === true;
}

/** Not by iterating over it: to break off would destroy the connection, and the sender would hear nothing. */
function readStream(req: NodeRequest, maxBytes: number): Promise<Uint8Array | undefined> {
  if (req.destroyed === true) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const collected = collectBytes();
    const stop = (): void => {
      req.removeListener('data', onData);
      req.removeListener('end', onEnd);
      req.removeListener('close', onGone);
      req.removeListener('error', onGone);
    };
    const onData = (chunk: unknown): void => {
      if (!isOwnBody(chunk)) {
        stop();
        reject(
          new SetupError('request.body', 'its stream gives text, not bytes', 'Do not call setEncoding.'),
        );
        return;
      }
      collected.add(chunk);
      if (collected.length <= maxBytes) return;
      stop();
      req.pause();
      resolve(collected.take());
    };
    const onEnd = (): void => {
      stop();
      resolve(collected.take());
    };
    const onGone = (): void => {
      stop();
      resolve(undefined);
    };
    req.on('data', onData);
    req.on('end', onEnd);
    req.on('close', onGone);
    req.on('error', onGone);
  });
}
