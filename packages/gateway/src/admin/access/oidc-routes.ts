/** The two routes that a browser goes by to log in at an OpenID Connect provider. They answer with pages, so they are not the app's. */
import { ROUTES } from '@countersign/api';
import type { HttpAnswer } from '../../http-answer.ts';
import type { AdmittedRequest } from '../guard.ts';
import { Problem } from '../problem.ts';
import { readInput } from '../read-input.ts';
import type { Access } from './access.ts';
import { createLogInAudit, type LogInAudit } from './log-in-audit.ts';
import { type LogInParts, openSession } from './log-in-handlers.ts';
import { PASS_MS } from './oidc-door.ts';
import { movingPage, problemPage, redirectTo } from './oidc-page.ts';
import { cookieField, readCookie } from './session-cookie.ts';

/** The answer to a request for one of them; undefined for any other request. */
export type OidcRoutes = (request: AdmittedRequest) => Promise<HttpAnswer> | undefined;

export function createOidcRoutes({ access, audit, log }: LogInParts): OidcRoutes {
  const noted = createLogInAudit(audit, log);
  return (request) => {
    const { path } = request.effective;
    if (request.method !== 'GET') return undefined;
    if (path === ROUTES.startOidc.path) return start(access, request);
    return path === ROUTES.finishOidc.path ? finish({ access, log, noted }, request) : undefined;
  };
}

async function start({ oidc }: Access, { effective, asker }: AdmittedRequest): Promise<HttpAnswer> {
  const query = new URLSearchParams(effective.query);
  const input = readInput<{ readonly query: { readonly to?: string }; readonly reply: string }>(
    ROUTES.startOidc,
    { params: {}, query, body: undefined },
  );
  if (input instanceof Problem) return problemPage(input);
  const departure = await oidc.start(asker.origin, input.to ?? '/');
  if (departure instanceof Problem) return problemPage(departure);
  return redirectTo(departure.url, [passField(departure.pass, asker.isHttps, PASS_MS / 1000)]);
}

async function finish(
  { access, log, noted }: Pick<LogInParts, 'access' | 'log'> & { readonly noted: LogInAudit },
  { effective, headers, asker }: AdmittedRequest,
): Promise<HttpAnswer> {
  const { isHttps, network, origin } = asker;
  const pass = readCookie(headers, 'countersign-oidc', isHttps);
  const arrival = await access.oidc.finish(origin, pass, effective.query ?? '');
  const spent = passField('', isHttps, 0);
  if (arrival instanceof Problem) {
    noted.refused('finishOidc', arrival, asker);
    return problemPage(arrival, [spent]);
  }
  const { logIn, to } = arrival;
  const opened = await noted.opening('finishOidc', logIn, asker, () => openSession(access, logIn, asker));
  if (opened instanceof Problem) return problemPage(opened, [spent]);
  const { cookie } = opened;
  log.info({ name: logIn.name, by: 'oidc', role: logIn.role, client: network }, 'somebody has logged in');
  return movingPage(to, [cookie, spent]);
}

/** Lax: the provider sends the browser back, and this goes along. */
function passField(pass: string, isHttps: boolean, maxAgeS: number): string {
  return cookieField('countersign-oidc', pass, { isHttps, sameSite: 'Lax', maxAgeS });
}
