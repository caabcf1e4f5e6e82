/** A trial’s request as if it had been sent to another address, by another method, or its message were written otherwise. */
import {
  authorityOf,
  effectiveRequest,
  type HttpScheme,
  type Origin,
  parseOrigin,
} from '../effective-request.ts';
import { HeaderList } from '../headers.ts';
import type { CoveredPart, MaybePromise, RequestHead, SignedRequest } from '../model.ts';
import type { Objection } from '../objection.ts';
import type { Passage, Reading, Scheme } from '../scheme.ts';
import { isObject } from '../text/is-object.ts';
import { declaredAs } from './declared.ts';
import type { Change, Trial } from './trial.ts';

/** A longer target is left as it is. */
const MAX_URL_CHARS = 4096;

/** What the gate takes a request’s address for. */
export interface Address {
  readonly scheme: HttpScheme;
  /** Host, and the port where it is not the scheme’s own; undefined where nobody says. */
  readonly authority: string | undefined;
  readonly path: string;
  /** Without `?`; undefined where there is none. */
  readonly query: string | undefined;
}

/** Members that are left out stay as they are; `query: undefined` takes the query away. */
export type OtherAddress = { readonly scheme?: HttpScheme; readonly authority?: string } & Partial<
  Pick<Address, 'path' | 'query'>
>;

/** Undefined where the request does not fit the grammar, or is so long that no trial is made of it. */
export function addressOf({ request, scheme }: Pick<Trial, 'request' | 'scheme'>): Address | undefined {
  if (request.url.length > MAX_URL_CHARS) return undefined;
  const effective = effectiveRequest(request, scheme.origin);
  if ('reason' in effective) return undefined;
  const { path, query } = effective;
  const httpScheme = effective.scheme ?? 'https';
  return { scheme: httpScheme, authority: authorityOf(effective, httpScheme), path, query };
}

/** Whether the proof of this request covers one of the parts: of what a sender chooses itself, its own list says so. */
export function isCovered({ scheme, request }: Trial, ...parts: readonly CoveredPart[]): boolean {
  const { coverage, headers } = scheme;
  if (parts.some((part) => coverage.covered.includes(part))) return true;
  if (parts.includes('host') && headers.covered.includes('host')) return true;
  if (!headers.proof.includes('signature-input')) return false;
  const input = request.headers.get('signature-input') ?? '';
  return parts.some((part) => CHOSEN[part]?.test(input) === true);
}

const CHOSEN: Partial<Readonly<Record<CoveredPart, RegExp>>> = {
  method: /"@method"/,
  host: /"(?:@target-uri|@authority|@scheme|host)"/,
  path: /"(?:@target-uri|@request-target|@path)"/,
  query: /"(?:@target-uri|@request-target|@query|@query-param)"/,
  body: /"content-digest"/,
};

/** Whether the gate’s own origin goes before what a request says. */
export function hasOrigin({ scheme }: Trial): boolean {
  return scheme.origin !== undefined;
}

/** The same trial at another address; nothing where that is the same, or none. @param detail of its sentence */
export function* withAddress(trial: Trial, other: OtherAddress, detail?: string): Generator<Change> {
  const address = addressOf(trial);
  if (!address) return;
  const next: Address = { ...address, ...other };
  const isMoved = next.scheme !== address.scheme || next.authority !== address.authority;
  if (!isMoved && next.path === address.path && next.query === address.query) return;
  const request = isMoved ? atAddress(trial.request, next) : atTarget(trial.request, next);
  const origin = isMoved ? originOf(next) : undefined;
  if (isMoved && origin === undefined) return;
  const scheme = origin && hasOrigin(trial) ? withOrigin(trial.scheme, origin) : trial.scheme;
  if (scheme === undefined || !isReadable(request)) return;
  yield { request, scheme, ...(detail !== undefined && { detail }) };
}

/** The scheme under another origin, or under none. @param scheme one that has an origin */
export function withOrigin(scheme: Scheme, origin: Origin | undefined): Scheme | undefined {
  const other = origin === undefined ? {} : { origin };
  const signatures = declaredAs(scheme, 'message-signatures');
  if (signatures) {
    const { origin: _origin, ...context } = signatures.options.context;
    return signatures.build({ ...signatures.options, context: { ...context, ...other } });
  }
  // Every other type has it among its options.
  const { options, build } = scheme.declared;
  if (!isObject(options)) return undefined;
  const { origin: _origin, ...rest } = options;
  return build({ ...rest, ...other });
}

/** An absolute target keeps its form; all that names the host names the new one. */
function atAddress(request: SignedRequest, { scheme, authority, path, query }: Address): SignedRequest {
  const host = authority ?? '';
  const target = targetOf(path, query);
  const url = request.url.startsWith('/') ? target : `${scheme}://${host}${target}`;
  return {
    ...request,
    url,
    headers:
      request.headers.get('host') === undefined ? request.headers : withHeader(request.headers, 'host', host),
    forwarded: { scheme, host },
  };
}

function atTarget(request: SignedRequest, { path, query }: Address): SignedRequest {
  const target = targetOf(path, query);
  const [origin = ''] = /^https?:\/\/[^/?#]*/i.exec(request.url) ?? [];
  return { ...request, url: `${origin}${target}` };
}

function targetOf(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`;
}

function originOf({ scheme, authority }: Address): Origin | undefined {
  return authority === undefined ? undefined : parseOrigin(`${scheme}://${authority}`);
}

function isReadable(head: RequestHead & Pick<SignedRequest, 'body'>): boolean {
  return !('reason' in effectiveRequest(head));
}

/** Each field of that name with the value; the others as they are. */
export function withHeader({ flat }: HeaderList, name: string, value: string): HeaderList {
  return new HeaderList(
    flat.map((text, i) => (i % 2 === 1 && flat[i - 1]?.toLowerCase() === name ? value : text)),
  );
}

/**
 * The same trial with its messages written otherwise: for what no request can say, e.g. a URL with a blank. The engine compares it as it compares
 * its own. Nothing where the texts stay what they are.
 */
export function withMessage(trial: Trial, rewrite: (text: string) => string, detail?: string): Change {
  const { scheme } = trial;
  const originals = new Map<Reading | undefined, Reading>();
  const readings = scheme.readings.map((reading) => {
    const other: Reading = {
      ...reading,
      message(passage) {
        const message = reading.message(passage);
        if (message === undefined || 'reason' in message) return message;
        return message.map((piece) => (typeof piece === 'string' ? rewrite(piece) : piece));
      },
    };
    originals.set(other, reading);
    return other;
  });
  // A scheme knows its readings by their identity.
  const confirm = (passage: Passage): MaybePromise<Objection | undefined> => {
    passage.reading = originals.get(passage.reading);
    return scheme.confirm?.(passage);
  };
  return { scheme: { ...scheme, readings, confirm }, ...(detail !== undefined && { detail }) };
}

/** The text of the URL in a message, or of its host, replaced where it first stands. */
export function replacing(from: string, to: string): (text: string) => string {
  return (text) => {
    const at = text.indexOf(from);
    return at < 0 ? text : `${text.slice(0, at)}${to}${text.slice(at + from.length)}`;
  };
}
