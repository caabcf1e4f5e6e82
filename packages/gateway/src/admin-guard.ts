/** Who may ask the admin listener: judged before anything reads the path, so that no spelling of it goes another way. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from './config/read-text.ts';
import { errorAnswer, type HttpAnswer } from './http-answer.ts';

export interface AdminGuardOptions {
  readonly token: string;
  /** The host that the listener binds to. A loopback host answers to loopback names only. */
  readonly host: string;
}

/** On every answer. */
export const ADMIN_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Makes the judgement: undefined where a request may go on. */
export function createAdminGuard({
  token,
  host,
}: AdminGuardOptions): (request: IncomingMessage) => HttpAnswer | undefined {
  const isLocal = isLoopback({ host });
  return (request) => {
    // RFC 9112 §3.2: one Host. An absolute target names another, and one of them would be judged and the other believed.
    if (hostsOf(request) !== 1) return refusal(400, 'the request must have one Host');
    if (!request.url?.startsWith('/')) return refusal(400, 'the target must be a path');
    // A page that points its own name at a loopback address would send that name.
    if (isLocal && !isLoopback({ host: hostNameOf(request) })) return refusal(403, 'this host is not served');
    if (!isOwnOrigin(request)) return refusal(403, 'this origin is not served');
    if (!holdsToken(request.headers.authorization, token))
      return refusal(401, 'a bearer token is required', ['www-authenticate', 'Bearer']);
    return undefined;
  };
}

function refusal(status: number, error: string, headers: readonly string[] = []): HttpAnswer {
  return errorAnswer(status, error, [...Object.entries(ADMIN_HEADERS).flat(), ...headers]);
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
}

/** An IPv6 address without its brackets. */
function hostNameOf({ headers }: IncomingMessage): string {
  const name = (headers.host ?? '').replace(/:\d*$/, '').toLowerCase();
  return name.replace(/^\[(.*)\]$/, '$1');
}

/** Browsers send Origin with what a page of another site asks for. */
function isOwnOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

/** Digests, so that neither the token's length nor where it differs can be timed. */
function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
