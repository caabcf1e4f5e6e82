/** Which headers pass to an upstream and back. */
import type { Accepted, HeaderList } from '@countersign/core';
import type { Call } from '../call.ts';

/** RFC 9110 §7.6.1, and the older ones that were never meant for the next hop. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Made anew here: the sender's own words about where it is are hearsay. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'expect',
  'forwarded',
  'x-real-ip',
]);
const OWN_PREFIXES = ['countersign-', 'x-forwarded-'];

export interface UpstreamHeaders {
  readonly call: Call;
  readonly gateName: string;
  /** Headers left out, in lower case: the proof's. */
  readonly dropped: ReadonlySet<string>;
}

/** The sender's headers as the upstream gets them, with the verified identity. Names and values in turn. */
export function upstreamHeaders({ call, gateName, dropped }: UpstreamHeaders): string[] {
  const { flat } = call.request.headers;
  const named = namedInConnection(flat);
  const headers: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    const lower = name.toLowerCase();
    if (
      HOP_BY_HOP.has(lower) ||
      named.has(lower) ||
      MADE_ANEW.has(lower) ||
      dropped.has(lower) ||
      isOwn(lower)
    )
      continue;
    headers.push(name, flat[i + 1] ?? '');
  }
  pushForwarded(headers, call);
  headers.push('countersign-gate', gateName);
  if (call.accepted !== undefined) pushIdentity(headers, call.accepted);
  return headers;
}

/** An upstream's headers as the sender gets them: end-to-end ones only. */
export function downstreamHeaders(flat: readonly string[]): string[] {
  const named = namedInConnection(flat);
  const headers: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !named.has(lower)) headers.push(name, byteText(flat[i + 1] ?? ''));
  }
  return headers;
}

/** Whom the request came from, and how: in a trusted proxy's words, else as the socket has it. */
function pushForwarded(headers: string[], { request, remoteAddress, proxyAddress }: Call): void {
  const given = proxyAddress === undefined ? undefined : request.headers;
  const addresses = given === undefined ? [remoteAddress] : valuesOf(given, 'x-forwarded-for');
  if (proxyAddress !== undefined) addresses.push(proxyAddress);
  const proto = given?.single('x-forwarded-proto')?.toLowerCase();
  headers.push('x-forwarded-for', addresses.join(', '));
  headers.push('x-forwarded-proto', proto === 'https' ? proto : 'http');
  const host = given?.single('x-forwarded-host') || request.headers.get('host');
  if (host !== undefined) headers.push('x-forwarded-host', host);
}

/** Those of each field of that name, in order; none that are empty. */
function valuesOf(headers: HeaderList, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of headers) if (key.toLowerCase() === name && value !== '') values.push(value);
  return values;
}

function pushIdentity(headers: string[], accepted: Accepted): void {
  headers.push('countersign-provider', accepted.provider, 'countersign-key-id', headerSafe(accepted.keyId));
  if (accepted.timestampMs !== undefined) {
    headers.push('countersign-timestamp', new Date(accepted.timestampMs).toISOString());
  }
  if (accepted.claims !== undefined) {
    headers.push('countersign-claims', Buffer.from(JSON.stringify(accepted.claims)).toString('base64url'));
  }
}

/** CGI and WSGI turn `-` and `_` into one: `Countersign_Gate` would reach such an application as ours. */
function isOwn(lower: string): boolean {
  const name = lower.replaceAll('_', '-');
  return OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function namedInConnection(flat: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i]?.toLowerCase() !== 'connection') continue;
    for (const name of (flat[i + 1] ?? '').split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

/** Key ids are free text in the configuration; a header is not. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

/** undici reads header values as UTF-8; Node writes chars as bytes. */
function byteText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for non-ASCII.
  return /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
}
