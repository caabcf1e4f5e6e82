/** The bytes of a body, in whatever form a caller holds them. What is not bytes any more is refused, by name. */
import { describeGiven, isArray, isPlain, memberOf } from './given.ts';
import type { HeaderList } from './headers.ts';
import { SetupError } from './setup-error.ts';
import { isWellFormed, utf8 } from './text/bytes.ts';

/**
 * Bytes (`Uint8Array`, Node’s `Buffer`, any other view, an `ArrayBuffer`), or text, which stands for its UTF-8 bytes.
 * Received bytes that are no UTF-8 are lost in a text: hand over bytes where you can.
 */
export type BodySource = Uint8Array | ArrayBufferView | ArrayBufferLike | string;

const EMPTY = /* @__PURE__ */ new Uint8Array(0);

/**
 * The bytes. `undefined` and `null` are an empty body, where it is known that there is none: HTTP/1.1 announces one in
 * its headers, HTTP/2 does not.
 * @param hasNone whether the request ended with its headers
 * @throws SetupError for everything else, a parsed body first of all.
 */
export function bodyFrom(body: unknown, headers: HeaderList, hasNone = false): Uint8Array {
  if (typeof body === 'string') {
    if (isWellFormed(body)) return utf8(body);
    throw notBytes('it is a text with half a surrogate pair, which no bytes decode to');
  }
  if (body === undefined || body === null) {
    const announced = hasNone ? false : announcesBody(headers);
    if (announced === false) return EMPTY;
    if (announced === undefined) {
      throw notBytes(
        `it is ${describeGiven(body)}, and HTTP/2 need not announce one: whether there was a body is not known`,
        READ_THE_STREAM,
      );
    }
    throw notBytes(
      `it is ${describeGiven(body)}, while the headers announce a body: something has read it before, or nothing did`,
    );
  }
  const bytes = ArrayBuffer.isView(body) || isBuffer(body) ? viewed(body) : undefined;
  if (bytes) return bytes;
  throw notBytes(`it is ${whatItIs(body)}`);
}

/** The received bytes under a view. A copy where another thread could change them after they were judged. */
function viewed(body: ArrayBufferView | ArrayBufferLike): Uint8Array | undefined {
  try {
    const isView = ArrayBuffer.isView(body);
    const buffer = isView ? body.buffer : body;
    // Throws where the memory was given away (a transferred ArrayBuffer): its length then reads 0, as of an empty body.
    if (isView) assertInBounds(body);
    const bytes = isView ? new Uint8Array(buffer, body.byteOffset, body.byteLength) : new Uint8Array(buffer);
    if (isShared(buffer)) return Uint8Array.from(bytes);
    return body instanceof Uint8Array ? body : bytes;
  } catch {
    return undefined;
  }
}

/** Whether bytes can be judged where they are, so that no other form need be thought of. */
export function isOwnBody(body: unknown): body is Uint8Array {
  return (
    // First: of a revoked proxy it is false, where instanceof throws.
    ArrayBuffer.isView(body) &&
    body instanceof Uint8Array &&
    (body.length > 0 || isInBounds(body)) &&
    !isShared(body.buffer)
  );
}

/** Every typed array has it, and it throws where the memory was given away: transferred, or out of the bounds of a buffer that was shrunk. */
const at = /* @__PURE__ */ (() =>
  Object.getPrototypeOf(Uint8Array.prototype).at as (index: number) => unknown)();

/** A view whose memory was given away reads as one of no bytes. A DataView says so by itself. @throws TypeError */
function assertInBounds(view: ArrayBufferView): void {
  if (!(view instanceof DataView)) at.call(view, 0);
}

function isInBounds(view: ArrayBufferView): boolean {
  try {
    assertInBounds(view);
    return true;
  } catch {
    return false;
  }
}

/** Of any realm: what `Uint8Array` can be laid over, but no list of numbers. */
function isBuffer(value: unknown): value is ArrayBufferLike {
  if (typeof value !== 'object') return false;
  try {
    return (
      typeof memberOf(value, 'byteLength') === 'number' && new DataView(value as ArrayBuffer).byteLength >= 0
    );
  } catch {
    return false;
  }
}

function isShared(buffer: ArrayBufferLike): boolean {
  // Not everywhere: browsers have it on isolated pages only.
  return typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
}

/** Undefined where the headers do not say: RFC 9113 §8.1 ends a body by a flag, and §8.3 tells its requests by pseudo-headers. */
function announcesBody(headers: HeaderList): boolean | undefined {
  const length = headers.single('content-length');
  if (headers.count('transfer-encoding') > 0 || length === null) return true;
  if (length !== undefined) return !/^0*$/.test(length);
  return headers.count(':method') > 0 ? undefined : false;
}

function whatItIs(body: unknown): string {
  const description = describeGiven(body);
  if (ArrayBuffer.isView(body) || memberOf(body, 'detached') === true)
    return `${description} whose memory was given away`;
  if (memberOf(body, 'type') === 'Buffer' && memberOf(body, 'data') !== undefined) {
    return 'a Buffer that went through JSON';
  }
  if (isArray(body) || isPlain(body)) {
    return `${description}, as a body parser makes it: the bytes that were signed are lost`;
  }
  return description;
}

function notBytes(problem: string, remedy: string = REMEDY): SetupError {
  return new SetupError('request.body', problem, remedy);
}

const READ_THE_STREAM =
  'Read the request’s stream to its end, and hand over { method, url, headers, body }: the bytes, or an empty text where there were none.';

const REMEDY =
  'Hand over the bytes as received. Express: express.raw({ type: () => true, inflate: false }) on this route, before express.json() (Express 4 makes {} where a request has no body: hand over undefined then); node:http: read req to its end, and hand over { method: req.method, url: req.url, headers: req.rawHeaders, body: Buffer.concat(chunks) }; fetch handlers: the Request itself, or new Uint8Array(await request.arrayBuffer()).';
