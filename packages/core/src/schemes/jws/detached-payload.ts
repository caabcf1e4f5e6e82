/** What a detached signature covers of a request: method, path, the headers that it names, and the body. */
import { effectiveRequest, isHostOverruled } from '../../effective-request.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { SLICE_BYTES, type Sliced, withPauses } from '../../pause.ts';
import { concatBytes, latin1, utf8 } from '../../text/bytes.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { AS_RECEIVED, OTHER_HOST } from '../host-remedies.ts';

/** The path as received, without query. */
export function pathOf(request: SignedRequest): string | Objection {
  const effective = effectiveRequest(request);
  return 'reason' in effective ? effective : effective.path;
}

/** The same path with a slash at its end, or without one; undefined where it is that slash alone. */
export function withOtherEnd(path: string): string | undefined {
  if (path.length === 1) return undefined;
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

/**
 * `METHOD path`, a line of `Name: value` for each header, and the body, in base64url.
 * @param names as the signature writes them
 */
export function detachedPayload(
  request: SignedRequest,
  path: string,
  names: readonly string[],
): MaybePromise<string | Objection> {
  const lines = [utf8(`${request.method} ${path}\n`)];
  for (const name of names) {
    const value = headerBytes(request, name.toLowerCase());
    if ('reason' in value) return value;
    lines.push(utf8(`${name}: `), value, NEWLINE);
  }
  const bytes = concatBytes([...lines, request.body]);
  return bytes.length <= SLICE_BYTES ? encodeBase64url(bytes) : withPauses(encodedInSlices(bytes));
}

const NEWLINE: Uint8Array = /* @__PURE__ */ utf8('\n');

/** A slice of whole triples is encoded by itself. */
const TRIPLES = 3 * Math.floor(SLICE_BYTES / 3);

function* encodedInSlices(bytes: Uint8Array): Sliced<string> {
  let text = '';
  for (let at = 0; at < bytes.length; at += TRIPLES) {
    if (at > 0) yield;
    text += encodeBase64url(bytes.subarray(at, at + TRIPLES));
  }
  return text;
}

function headerBytes(request: SignedRequest, name: string): Uint8Array | Objection {
  const value = request.headers.single(name);
  if (typeof value !== 'string') {
    return objection(
      'missing-part',
      `the signature covers the header ${name}, which is ${value === null ? 'repeated' : 'absent'}`,
    );
  }
  const bytes = /[\r\n\0]/.test(value) ? undefined : latin1(value);
  if (bytes === undefined) {
    return objection('missing-part', `the header ${name} holds a character that no header can`, AS_RECEIVED);
  }
  return name === 'host' && isHostOverruled(request)
    ? objection(
        'missing-part',
        'the signature covers the Host field, and the request’s target names another host',
        OTHER_HOST,
      )
    : bytes;
}
