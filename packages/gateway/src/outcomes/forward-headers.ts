/** Which headers pass to an upstream and back. */
import {
  type Accepted,
  authorityOf,
  effectiveRequest,
  type Gate,
  type HeaderList,
  type Origin,
} from '@countersign/core';
import { trimSpace } from '@countersign/core/white-space';
import type { Call } from '../call.ts';
import { isOverriding } from '../config/overriding-headers.ts';

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
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-real-ip',
  // HTTP_PROXY to a CGI program, which then asks the sender's proxy (CVE-2016-5385).
  'proxy',
]);
const OWN_PREFIX = 'countersign-';

export interface UpstreamHeadersOptions {
  readonly gateName: string;
  /** What proves the gate's requests. Undefined: nothing. */
  readonly scheme: Gate['scheme'] | undefined;
  readonly keepsProof: boolean;
  /** Of those that may override what is known of the request: in lower case. */
  readonly keepHeaders: readonly string[];
}

/**
 * Makes the sender's headers as the upstream gets them, with the verified identity: names and values in turn.
 *
 * CGI and WSGI make one variable of all names that differ in what is neither a letter nor a digit: `X_Real_IP` and
 * `Countersign.Gate` would reach such an application as the real ones. So a name is held, so folded, against those that are
 * made, dropped or verified here, and against the plain names beside it.
 */
export function createUpstreamHeaders({
  gateName,
  scheme,
  keepsProof,
  keepHeaders,
}: UpstreamHeadersOptions): (call: Call) => string[] {
  const proof = scheme?.headers.proof ?? [];
  const never = new Set([...HOP_BY_HOP, ...MADE_ANEW, ...(keepsProof ? [] : proof)].map(fold));
  /** By its folded name, the one spelling in which a verified header passes. */
  const verified = new Map([...proof, ...(scheme?.headers.covered ?? [])].map((name) => [fold(name), name]));
  const drops = (folded: string): boolean => isOverriding(folded) && !keepHeaders.includes(folded);
  const origin = scheme?.origin;
  return (call) => {
    const { flat } = call.request.headers;
    const covered = call.accepted?.coveredHeaders;
    const named = namedInConnection(flat);
    const headers: string[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i] ?? '';
      const lower = name.toLowerCase();
      const folded = fold(lower);
      const spelling = verified.get(folded) ?? covered?.find((header) => fold(header) === folded);
      // Whom Connection names ends here, but for what was verified: Connection itself is not signed.
      if (never.has(folded) || folded.startsWith(OWN_PREFIX)) continue;
      if (spelling === undefined && (named.has(folded) || drops(folded))) continue;
      if (spelling === undefined ? folded !== lower && hasPlain(flat, folded) : spelling !== lower) continue;
      headers.push(name, flat[i + 1] ?? '');
    }
    pushForwarded(headers, call, origin);
    headers.push('countersign-gate', gateName);
    if (call.accepted !== undefined) pushIdentity(headers, call.accepted);
    return headers;
  };
}

/** A lower-case name with a hyphen for all that is neither a letter nor a digit. */
function fold(lower: string): string {
  return ODD_CHAR.test(lower) ? lower.replaceAll(/[^a-z0-9]/g, '-') : lower;
}

const ODD_CHAR = /[^a-z0-9-]/;

function hasPlain(flat: readonly string[], folded: string): boolean {
  for (let i = 0; i < flat.length; i += 2) if (flat[i]?.toLowerCase() === folded) return true;
  return false;
}

/** An upstream's headers as the sender gets them: end-to-end ones only. */
export function downstreamHeaders(flat: readonly string[]): string[] {
  const named = namedInConnection(flat);
  const headers: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !named.has(fold(lower))) headers.push(name, flat[i + 1] ?? '');
  }
  return headers;
}

/** Whom the request came from, and whom it was sent to: as it was verified. */
function pushForwarded(
  headers: string[],
  { request, remoteAddress, proxyAddress }: Call,
  origin: Origin | undefined,
): void {
  const addresses =
    proxyAddress === undefined
      ? [remoteAddress]
      : [...valuesOf(request.headers, 'x-forwarded-for'), proxyAddress];
  headers.push('x-forwarded-for', addresses.join(', '));
  const effective = effectiveRequest(request, origin);
  if ('reason' in effective) return;
  // Nobody says that it is https, and the socket is none.
  headers.push('x-forwarded-proto', effective.scheme ?? 'http');
  const host = authorityOf(effective, effective.scheme ?? 'https');
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

/** Folded. */
function namedInConnection(flat: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i]?.toLowerCase() !== 'connection') continue;
    for (const name of (flat[i + 1] ?? '').split(',')) names.add(fold(trimSpace(name).toLowerCase()));
  }
  return names;
}

/** Key ids are free text of a configuration or an issuer, half a surrogate pair included; a header is not. */
function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
