/** Who may ask the admin API. Judged of the request's head, before anything of its path is looked at. */
import type { IncomingMessage } from 'node:http';
import { CSRF_HEADER, ROUTES } from '@countersign/api';
import { authorityOf, type EffectiveRequest, effectiveRequest, HeaderList } from '@countersign/core';
import type { TrustedProxies } from '../client-address.ts';
import { isLoopback } from '../config/read-text.ts';
import { equalTexts } from '../equal-texts.ts';
import { type Asker, type AskingRequest, createAskerReader } from './access/asker.ts';
import { type LogInSessions, showsCsrf } from './access/log-in-sessions.ts';
import { readCookie } from './access/session-cookie.ts';
import type { Call } from './admin-app.ts';
import { ANYBODY, TOKEN_CALLER } from './caller.ts';
import { Problem } from './problem.ts';

export interface GuardOptions {
  readonly token: string;
  /** The host that the listener binds to. A loopback host answers to loopback names only. */
  readonly host: string;
  /** Who is logged in. */
  readonly logIns: Pick<LogInSessions, 'find'>;
  /** Believed about the address and the scheme that a browser speaks. */
  readonly proxies: TrustedProxies | undefined;
}

/** A request that may be routed. */
export interface AdmittedRequest extends Call {
  readonly method: string;
  readonly effective: EffectiveRequest;
  readonly headers: HeaderList;
}

/** What is judged of a request. */
export type JudgedRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'> & AskingRequest;

/** Lets a request in, or says why not. */
export type Guard = (request: JudgedRequest) => AdmittedRequest | Problem;

/** Nobody is judged by a body. */
const NO_BYTES = new Uint8Array(0);

/** Routes that are everybody’s, by method and path; the probes among them are answered before. */
const OPEN: ReadonlySet<string> = new Set(
  Object.values(ROUTES).flatMap(({ auth, method, path }) => (auth ? [] : [`${method} ${path}`])),
);

export function createGuard({ token, host, logIns, proxies }: GuardOptions): Guard {
  const isLocal = isLoopback({ host });
  const readAsker = createAskerReader(proxies);
  return (request) => {
    const { method = '', url = '', rawHeaders } = request;
    const headers = HeaderList.fromRaw(rawHeaders);
    // The same reading as the gates': an absolute target's host goes before the Host field, of which there is one at most.
    const effective = effectiveRequest({ method, url, headers, body: NO_BYTES });
    if ('reason' in effective) return new Problem('malformed-request', effective.problem);
    if (effective.host === undefined) return new Problem('malformed-request', 'the request names no host');
    // A page that points its own name at a loopback address would send that name.
    if (isLocal && !isLoopback({ host: withoutBrackets(effective.host) })) {
      return new Problem('host-not-served', 'the listener is local, and the request names another host');
    }
    const connection = readAsker(request, headers, effective);
    const origin = headers.single('origin');
    if (!isOwnOrigin(origin, effective, connection.origin)) {
      return new Problem('origin-not-served', 'the request comes from a page of another origin');
    }
    const bearer = bearerToken(headers.single('authorization'));
    const id = readCookie(headers, 'countersign-session', connection.isHttps);
    // Who shows a token is judged by that.
    const session = id === undefined || bearer !== undefined ? undefined : logIns.find(id);
    const asker: Asker = { ...connection, session };
    const isReading = method === 'GET' || method === 'HEAD';
    if (OPEN.has(`${method === 'HEAD' ? 'GET' : method} ${effective.path}`)) {
      return { method, effective, headers, asker, caller: ANYBODY };
    }
    if (session !== undefined) {
      const problem =
        siteProblem(headers, origin, isReading) ??
        (isReading || showsCsrf(session, headers.single(CSRF_HEADER)) ? undefined : NO_CSRF_TOKEN);
      return problem ?? { method, effective, headers, asker, caller: session.caller };
    }
    if (bearer === undefined || !equalTexts(bearer, token)) {
      const detail =
        bearer === undefined
          ? 'the request has no authorization: Bearer with the admin token'
          : 'the token that the request has is not the gateway’s';
      return new Problem('token-required', detail, ['www-authenticate', 'Bearer']);
    }
    return { method, effective, headers, asker, caller: TOKEN_CALLER };
  };
}

const NO_CSRF_TOKEN = new Problem(
  'csrf-refused',
  `a change by cookie needs the header ${CSRF_HEADER}, with the csrf that GET /api/session answers`,
);

/**
 * Strict cookies go along from other ports of the same host too: those are the same site, and another origin. A browser says so in
 * Sec-Fetch-Site, and with a change in Origin, of which only the own one comes here.
 */
function siteProblem(
  headers: HeaderList,
  origin: string | undefined | null,
  isReading: boolean,
): Problem | undefined {
  const site = headers.single('sec-fetch-site');
  // `none`: a person has typed the address.
  const isOwnSite = site === 'same-origin' || (isReading && (site === undefined || site === 'none'));
  if (isOwnSite || (site === undefined && typeof origin === 'string')) return undefined;
  return new Problem(
    'csrf-refused',
    'a request by cookie must come from a page of the listener itself, with Origin or Sec-Fetch-Site to show it',
  );
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Browsers send Origin with what a page of another site asks for. `null`: it is there twice.
 * @param ownOrigin what a trusted proxy says that the browser has asked
 */
function isOwnOrigin(
  origin: string | undefined | null,
  effective: EffectiveRequest,
  ownOrigin: string,
): boolean {
  if (origin === undefined || origin === ownOrigin) return true;
  // A proxy may speak TLS in front of a listener that does not; nobody takes it off.
  const schemes = ownOrigin.startsWith('https:') ? (['https'] as const) : (['http', 'https'] as const);
  return schemes.some((scheme) => origin === `${scheme}://${authorityOf(effective, scheme)}`);
}

/** `null`: the field is there twice. */
function bearerToken(authorization: string | undefined | null): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
}
