/** Which of a sender’s headers pass on: to an upstream at once, to a destination later. */
import type { Gate } from '@countersign/core';
import { trimSpace } from '@countersign/core/internal/white-space';
import { isOverriding } from './config/overriding-headers.ts';

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

/** Of the headers that the gateway makes. */
const OWN_PREFIX = 'countersign-';

/** Whether it is nobody’s but the gateway’s to set: of one hop, made anew for each, or told by the gateway. @param name in lower case */
export function isOfGateway(name: string): boolean {
  const folded = fold(name);
  return HOP_BY_HOP.has(folded) || MADE_ANEW.has(folded) || folded.startsWith(OWN_PREFIX);
}

export interface PassingOptions {
  /** What proves the gate's requests. Undefined: nothing. */
  readonly scheme: Gate['scheme'] | undefined;
  readonly keepsProof: boolean;
  /** Of those that may override what is known of the request: in lower case. */
  readonly keepHeaders: readonly string[];
  /** What is made anew besides: in lower case. Default none. */
  readonly madeAnew?: readonly string[];
}

/** @param covered lower-case names that the proof covers, where its sender chooses them */
export type PassingHeaders = (flat: readonly string[], covered?: readonly string[]) => string[];

/**
 * Makes what leaves out of the sender's headers all that ends here, in their order: names and values in turn.
 *
 * CGI and WSGI make one variable of all names that differ in what is neither a letter nor a digit: `X_Real_IP` and
 * `Countersign.Gate` would reach such an application as the real ones. So a name is held, so folded, against those that are
 * made, dropped or verified here, and against the plain names beside it.
 */
export function createPassingHeaders({
  scheme,
  keepsProof,
  keepHeaders,
  madeAnew = [],
}: PassingOptions): PassingHeaders {
  const proof = scheme?.headers.proof ?? [];
  const never = new Set([...HOP_BY_HOP, ...MADE_ANEW, ...madeAnew, ...(keepsProof ? [] : proof)].map(fold));
  /** By its folded name, the one spelling in which a verified header passes. */
  const verified = new Map([...proof, ...(scheme?.headers.covered ?? [])].map((name) => [fold(name), name]));
  const drops = (folded: string): boolean => isOverriding(folded) && !keepHeaders.includes(folded);
  return (flat, covered) => {
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
export function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/** What a gate that monitors tells of a request, wherever it goes. @param reason why it was refused; undefined: it was accepted */
export function verdictHeader(reason: string | undefined): string {
  return reason === undefined ? 'accepted' : `refused; reason=${reason}`;
}
