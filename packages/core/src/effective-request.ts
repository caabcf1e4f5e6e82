/**
 * Whom a request was sent to, and for what: one grammar of method, target and Host, read once and used by every scheme,
 * by routing and by forwarding. Two readings of one request line are a way round a signature: text that moves from the
 * path into the Host field keeps the URL's text and changes its meaning.
 */
import { singleHeader } from './headers.ts';
import type { RequestHead, SignedRequest } from './model.ts';
import { type Objection, objection } from './objection.ts';
import { isTokenChar } from './text/token.ts';

export type HttpScheme = 'https' | 'http';

/** A scheme and an authority, e.g. of `https://hooks.example`. */
export interface Origin {
  readonly scheme: HttpScheme;
  /** Lower case; an IPv6 address in its brackets. */
  readonly host: string;
  /** Decimal; empty where none is given. */
  readonly port: string;
}

export interface EffectiveRequest {
  /** Undefined: nobody said. A scheme that is signed is then taken for `https`. */
  readonly scheme: HttpScheme | undefined;
  /** Lower case. Undefined: nobody said; empty never. */
  readonly host: string | undefined;
  /** Decimal; empty where none is given. */
  readonly port: string;
  /** As received; `/` where an absolute target has none; `*` for that target. */
  readonly path: string;
  /** As received, without `?`; undefined where there is no `?`. */
  readonly query: string | undefined;
}

/** Of which of these a character may be a part: bits, so that one table serves all. */
const TOKEN = 1;
const NAME = 2;
const PATH = 4;
const QUERY = 8;

/**
 * By ASCII code. On texts this short a loop over it is faster than a regular expression (77 to 110 ns for a target), and every request is read.
 *
 * * A token: RFC 9110 §5.6.2.
 * * A host name: RFC 3986’s unreserved characters. Its reg-name has `,` and percent-encoding as well: no name in use does,
 *   and readers of lists and of encodings make two hosts of one.
 * * Path and query: printable ASCII, wider than RFC 3986, whose `[ ] { } |` and more clients send bare. What readers take
 *   for another character is refused: `#` anywhere, and `\` in a path (a slash to WHATWG’s URL).
 */
const CLASSES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  const isPrintable = code > 0x20 && code < 0x7f && char !== '#';
  return (
    (isTokenChar(code) ? TOKEN : 0) |
    (/[0-9A-Za-z._~-]/.test(char) ? NAME : 0) |
    (isPrintable && char !== '?' && char !== '\\' ? PATH : 0) |
    (isPrintable ? QUERY : 0)
  );
});

/** RFC 9112 §3.2.2: scheme, authority, the rest. */
const ABSOLUTE_FORM = /^(https?):\/\/([^/?#]*)(.*)$/is;

/** `uri-host [ ":" port ]` (RFC 9110 §7.2). */
const AUTHORITY = /^([0-9A-Za-z._~-]+|\[[0-9A-Fa-f:.]+\])(?::(0|[1-9][0-9]{0,4})?)?$/;

const MAX_PORT = 65_535;

const hostOf = /* @__PURE__ */ singleHeader('host');

/** The last method, target and Host field that fitted: a receiver of webhooks sees the same, request after request. */
let lastMethod: string | undefined;
let lastUrl: string | undefined;
let lastHost: string | undefined;

/** Whether the last text is one to compare with: a long one would be kept alive, and takes as long to compare as to read. */
const MAX_KEPT_CHARS = 256;

/** A longer target is not read: what makes a message of it works without a pause. Servers take some 8 to 32 KB. */
const MAX_URL_CHARS = 64 * 1024;

/**
 * What of a request’s line or Host field does not fit the grammar, as one sentence; undefined where all does. What is the
 * same as in the last request that fitted is not read again; a path and a host name that fit allocate nothing.
 */
export function requestFault({ method, url, headers, forwarded }: RequestHead): string | undefined {
  if (method !== lastMethod) {
    if (!isAll(method, TOKEN, 0, method.length)) return 'the request’s method is not a token';
    if (method.length <= MAX_KEPT_CHARS) lastMethod = method;
  }
  if (url !== lastUrl) {
    if (url.length > MAX_URL_CHARS) return 'the request’s target is longer than 64 KB';
    const fault = isOriginForm(url) ? undefined : otherTargetFault(method, url);
    if (fault !== undefined) return fault;
    // The target * fits one method only.
    if (url.length <= MAX_KEPT_CHARS && url !== '*') lastUrl = url;
  }
  const host = hostOf(headers);
  if (host === null) return 'the request’s Host field occurs twice';
  if (host !== undefined && host !== lastHost) {
    if (!isAuthority(host)) return 'the request’s Host field is not a host and port';
    if (host.length <= MAX_KEPT_CHARS) lastHost = host;
  }
  if (forwarded?.host !== undefined && !isAuthority(forwarded.host)) {
    return 'the host that a trusted proxy names is not a host and port';
  }
  return undefined;
}

function otherTargetFault(method: string, url: string): string | undefined {
  if (url === '*') return method === 'OPTIONS' ? undefined : 'the request’s target * is for OPTIONS only';
  const absolute = ABSOLUTE_FORM.exec(url);
  if (!absolute && !url.startsWith('/'))
    return 'the request’s target is neither a path nor an http or https URL';
  if (url.includes('#')) return 'the request’s target holds a fragment';
  if (absolute && !isAuthority(absolute[2] as string)) {
    return 'the authority of the request’s target is not a host and port';
  }
  if (absolute && isOriginForm(originForm(absolute[3] as string))) return undefined;
  return 'the request’s target holds a character that must be percent-encoded';
}

/**
 * The request as its receiver means it. Scheme and authority are, in this order, those of `origin` (the operator’s word),
 * a trusted proxy’s, an absolute target’s (RFC 9112 §3.2.2: the Host field is then ignored), the Host field’s.
 *
 * @returns an objection where the request does not fit the grammar.
 */
export function effectiveRequest(request: SignedRequest, origin?: Origin): EffectiveRequest | Objection {
  const fault = requestFault(request);
  if (fault !== undefined) return objection('malformed-request', fault);
  const { url, headers, forwarded } = request;
  const absolute = isPath(url) ? undefined : (ABSOLUTE_FORM.exec(url) ?? undefined);
  const rest = absolute ? originForm(absolute[3] as string) : url;
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const query = mark < 0 ? undefined : rest.slice(mark + 1);
  if (origin) return { ...origin, path, query };
  const authority = forwarded?.host ?? absolute?.[2] ?? headers.get('host');
  const scheme = forwarded?.scheme ?? (absolute?.[1]?.toLowerCase() as HttpScheme | undefined);
  const { host, port } = split(authority);
  return { scheme, host, port, path, query };
}

/** Host and port as a URL writes them (RFC 9110 §4.2.3): the scheme’s own port left out. Undefined where there is no host. */
export function authorityOf(
  { host, port }: Pick<EffectiveRequest, 'host' | 'port'>,
  scheme: HttpScheme,
): string | undefined {
  return port === '' || port === (scheme === 'https' ? '443' : '80') || host === undefined
    ? host
    : `${host}:${port}`;
}

/** The query of a request’s URL as received, without `?`; empty where there is none. */
export function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** Whether a URL names its host: an absolute one, and no path. */
export function isAbsolute(url: string): boolean {
  return !isPath(url) && ABSOLUTE_FORM.test(url);
}

/**
 * Whether the Host field names another host than an absolute target does. Such a field proves nothing of whom the
 * request was sent to, though a signature cover it.
 */
export function isHostOverruled(request: SignedRequest): boolean {
  if (isPath(request.url)) return false;
  const effective = effectiveRequest({ ...request, forwarded: {} });
  if ('reason' in effective) return true;
  const { scheme = 'https' } = effective;
  const host = request.headers.get('host');
  return host !== undefined && authorityOf(split(host), scheme) !== authorityOf(effective, scheme);
}

/** An origin from its text, e.g. `https://hooks.example`. Undefined where it is none, or more. */
export function parseOrigin(text: string): Origin | undefined {
  const match = ABSOLUTE_FORM.exec(text);
  if (!match || !isAuthority(match[2] as string) || match[3] !== '') return undefined;
  const { host, port } = split(match[2]);
  return host === undefined
    ? undefined
    : { scheme: (match[1] as string).toLowerCase() as HttpScheme, host, port };
}

/** Whether a text is a host with an optional port, as a Host field must be. */
function isAuthority(text: string): boolean {
  // The commonest one: nothing is allocated for it.
  if (isAll(text, NAME, 0, text.length)) return true;
  const match = AUTHORITY.exec(text);
  if (!match) return false;
  if (match[2] !== undefined && Number(match[2]) > MAX_PORT) return false;
  return !text.startsWith('[') || URL.canParse(`http://${match[1]}`);
}

/** Takes an authority that fits the grammar apart. */
function split(authority: string | undefined): Pick<EffectiveRequest, 'host' | 'port'> {
  if (authority === undefined) return { host: undefined, port: '' };
  if (isAll(authority, NAME, 0, authority.length)) return { host: authority.toLowerCase(), port: '' };
  const match = AUTHORITY.exec(authority);
  return { host: match?.[1]?.toLowerCase(), port: match?.[2] ?? '' };
}

function isPath(url: string): boolean {
  return url.startsWith('/') || url === '*';
}

/** RFC 9112 §3.2.1: an absolute URL without a path has the path `/`. */
function originForm(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** RFC 9112 §3.2.1: a path, perhaps with a query. */
function isOriginForm(url: string): boolean {
  if (url.charCodeAt(0) !== SLASH) return false;
  const mark = url.indexOf('?');
  if (mark < 0) return isAll(url, PATH, 0, url.length);
  return isAll(url, PATH, 0, mark) && (mark + 1 === url.length || isAll(url, QUERY, mark + 1, url.length));
}

const SLASH = 0x2f;

/** Whether a text has characters from `start` to `end`, and all are of one class. */
function isAll(text: string, of: number, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || ((CLASSES[code] as number) & of) === 0) return false;
  }
  return end > start;
}
