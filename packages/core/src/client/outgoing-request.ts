/** What the caller gives to fetch, read into a request to sign and the settings that stay fetch’s own. */
import { HeaderList } from '../headers.ts';
import type { SignedRequest } from '../model.ts';
import { type ReadLimits, readBody } from './read-body.ts';

export interface OutgoingRequest {
  readonly url: URL;
  readonly parts: SignedRequest;
  /** Signal, credentials, the runtime’s own settings: passed on as they are. */
  readonly init: RequestInit;
}

export interface OutgoingRules extends Omit<ReadLimits, 'signal'> {
  /** Lower-case names of headers that are not taken from the caller. */
  readonly without: readonly string[];
}

/** What of a `Request` fetch would look at, beside what is signed. A runtime need not have them all. */
const REQUEST_SETTINGS = [
  'cache',
  'credentials',
  'integrity',
  'keepalive',
  'mode',
  'referrer',
  'referrerPolicy',
  'signal',
] as const;

/** @throws TypeError for a URL that is not absolute, for headers that fetch refuses, for a stream. */
export async function readOutgoing(
  input: string | URL | Request,
  init: RequestInit,
  { without, ...limits }: OutgoingRules,
): Promise<OutgoingRequest> {
  const request = typeof input === 'string' || input instanceof URL ? undefined : input;
  const url = absoluteUrl(request?.url ?? String(input));
  const signal = init.signal ?? request?.signal ?? null;
  const { bytes, contentType } =
    request === undefined || (init.body ?? null) !== null
      ? await readBody(init.body ?? null, { ...limits, signal })
      : await readBody(await bodyOf(request), { ...limits, bufferStreams: true, signal });
  const headers = new Headers(init.headers ?? request?.headers);
  if (contentType !== null && !headers.has('content-type')) headers.set('content-type', contentType);
  for (const name of without) headers.delete(name);
  const settings = REQUEST_SETTINGS.flatMap((name) => {
    const value = request?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const redirect = (init.redirect ?? request?.redirect) === 'error' ? 'error' : 'manual';
  return {
    url,
    parts: {
      method: normalMethod(init.method ?? request?.method ?? 'GET'),
      url: url.href,
      headers: HeaderList.from(headers),
      body: bytes,
    },
    init: { ...Object.fromEntries(settings), ...init, redirect },
  };
}

/** As it is sent: fetch normalises a URL, and leaves its fragment out. */
function absoluteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!/^https?:$/.test(url?.protocol ?? '') || url === undefined) {
    throw new TypeError('the URL is not absolute: give it whole, https://host/path');
  }
  url.hash = '';
  return url;
}

/** A `Request`’s body is a stream, whatever it was made from; Firefox does not show it. */
async function bodyOf(request: Request): Promise<unknown> {
  return request.body === undefined ? request.arrayBuffer() : request.body;
}

/** As fetch does, and no others: `patch` stays what it is. */
function normalMethod(method: string): string {
  return /^(?:delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}
