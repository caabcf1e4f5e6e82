/** Log-in by an OpenID Connect provider: the authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1, RFC 7636). */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { ROUTES } from '@countersign/api';
import type { OidcConfig } from '../../config/admin-config.ts';
import { HOUR, MINUTE } from '../../config/units.ts';
import type { Log } from '../../log/log.ts';
import { createSealer, type Sealer } from '../../sealed/seal.ts';
import { Problem } from '../problem.ts';
import { digestOf } from './digest.ts';
import type { LogIn } from './log-in-sessions.ts';
import { nameFrom, type OidcClaims, roleFrom } from './oidc-claims.ts';
import { type OidcProvider, openOidcProvider, ProviderSilence } from './oidc-provider.ts';

export interface OidcDoor {
  /** Changes with the configuration, as far as log-ins rest on it. */
  credential(): string;
  /** Where to send the browser, and what it is to bring back in a cookie. @param to the path that it gets to in the end */
  start(origin: string, to: string): Promise<StartedLogIn | Problem>;
  /** @param pass the cookie; @param query of the callback's URL */
  finish(origin: string, pass: string | undefined, query: string): Promise<FinishedLogIn | Problem>;
}

export interface StartedLogIn {
  readonly url: URL;
  readonly pass: string;
}

export interface FinishedLogIn {
  readonly logIn: LogIn;
  readonly to: string;
}

export interface OidcDoorOptions {
  readonly config: () => OidcConfig | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** How long somebody may take at the provider. */
export const PASS_MS: number = 10 * MINUTE;
/** The provider's settings are read again after that. */
const SETTINGS_MS = HOUR;
const MAX_FINISHING = 16;

/** What a log-in rests on until it comes back; sealed into the browser's cookie, so that nothing is kept here. */
interface Pass {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  readonly untilMs: number;
  readonly credential: string;
}

export function createOidcDoor({ config, fetch, now, log }: OidcDoorOptions): OidcDoor {
  const sealer = createSealer(randomBytes(32));
  const providerOf = rememberProvider(fetch, now);
  const credential = (): string => credentialOf(config());
  let finishing = 0;
  return {
    credential,
    async start(origin, to) {
      const oidc = config();
      if (oidc === undefined) return NOT_OFFERED;
      try {
        const provider = await providerOf(oidc);
        const pass = createPass(provider, { to, untilMs: now() + PASS_MS, credential: credential() });
        const url = await authorizationUrl(provider, redirectOf(oidc, origin), pass);
        return { url, pass: sealPass(pass, sealer) };
      } catch (error) {
        return unreachable(error, log);
      }
    },
    async finish(origin, sealed, query) {
      const oidc = config();
      if (oidc === undefined) return NOT_OFFERED;
      const pass = openPass(sealed, sealer);
      if (pass === undefined || now() >= pass.untilMs || pass.credential !== credential()) return NO_PASS;
      if (finishing >= MAX_FINISHING) return BUSY;
      finishing++;
      try {
        const callback = new URL(redirectOf(oidc, origin));
        callback.search = query;
        const claims = await exchangeCode(await providerOf(oidc), callback, pass);
        const logIn = logInOf(claims, oidc, pass, log);
        return logIn instanceof Problem ? logIn : { logIn, to: pass.to };
      } catch (error) {
        return isSilence(error) ? unreachable(error, log) : notProved(error, log);
      } finally {
        finishing--;
      }
    },
  };
}

/** The provider of a configuration: its settings are read once an hour, and again where they could not be. */
function rememberProvider(
  fetch: typeof globalThis.fetch,
  now: () => number,
): (oidc: OidcConfig) => Promise<OidcProvider> {
  let opened:
    | { readonly of: string; readonly atMs: number; readonly provider: Promise<OidcProvider> }
    | undefined;
  return (oidc) => {
    const of = credentialOf(oidc);
    if (opened?.of === of && Math.abs(now() - opened.atMs) < SETTINGS_MS) return opened.provider;
    const provider = openOidcProvider(oidc, fetch);
    const current = { of, atMs: now(), provider };
    opened = current;
    provider.catch(() => {
      if (opened === current) opened = undefined;
    });
    return provider;
  };
}

function createPass({ client }: OidcProvider, rest: Pick<Pass, 'to' | 'untilMs' | 'credential'>): Pass {
  return {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
    ...rest,
  };
}

async function authorizationUrl(
  { client, configuration }: OidcProvider,
  redirect: string,
  { state, nonce, verifier }: Pass,
): Promise<URL> {
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirect,
    scope: 'openid profile email',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

/** What the provider says of who comes back. @throws what openid-client throws; ProviderSilence */
async function exchangeCode(
  { client, configuration }: OidcProvider,
  callback: URL,
  { state, nonce, verifier }: Pass,
): Promise<OidcClaims> {
  const tokens = await client.authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  return tokens.claims() ?? {};
}

function logInOf(
  claims: OidcClaims,
  { roles }: OidcConfig,
  { credential }: Pass,
  log: OidcDoorOptions['log'],
): LogIn | Problem {
  const role = roleFrom(claims, roles);
  const name = nameFrom(claims);
  if (role !== undefined) return { name, role, by: 'oidc', credential };
  log.warn({ name }, 'somebody whom the OpenID Connect provider knows has no role here');
  return new Problem('role-not-enough', 'none of what the provider says of you gives you a role here');
}

function sealPass(pass: Pass, sealer: Sealer): string {
  return Buffer.from(sealer.seal(JSON.stringify(pass), 'oidc')).toString('base64url');
}

function openPass(sealed: string | undefined, sealer: Sealer): Pass | undefined {
  const text = sealed === undefined ? undefined : sealer.open(Buffer.from(sealed, 'base64url'), 'oidc');
  // What opens is what `sealPass` has written.
  return text === undefined ? undefined : (JSON.parse(text) as Pass);
}

const NOT_OFFERED = new Problem('log-in-not-offered', 'the gateway has no OpenID Connect provider');
const NO_PASS = new Problem(
  'log-in-refused',
  'this browser has no log-in under way here, or it took longer than ten minutes: begin anew',
);
const BUSY = new Problem('log-in-busy', 'too many log-ins are under way: try again in a moment');

function unreachable(error: unknown, log: OidcDoorOptions['log']): Problem {
  log.warn({ reason: reasonOf(error) }, 'the OpenID Connect provider does not answer as it should');
  return new Problem(
    'oidc-unreachable',
    'the OpenID Connect provider does not answer as it should; the log says more',
  );
}

function notProved(error: unknown, log: OidcDoorOptions['log']): Problem {
  log.warn({ reason: reasonOf(error) }, 'a log-in by the OpenID Connect provider failed');
  return new Problem('log-in-refused', 'the provider’s answer does not prove who you are: begin anew');
}

function redirectOf({ redirect }: OidcConfig, origin: string): string {
  return redirect ?? `${origin}${ROUTES.finishOidc.path}`;
}

function credentialOf(oidc: OidcConfig | undefined): string {
  if (oidc === undefined) return '';
  return digestOf(JSON.stringify({ ...oidc, clientSecret: oidc.clientSecret.reveal() }));
}

/** What openid-client wraps may be deep inside. */
function isSilence(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if (cause instanceof ProviderSilence) return true;
  return false;
}

/** The library's words for it. Its causes are left out: they hold tokens. */
const MOST_CAUSES = 4;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const said = 'error' in error ? error.error : undefined;
  const code = typeof said === 'string' && /^[a-z_]{1,50}$/.test(said) ? ` (${said})` : '';
  const causes: string[] = [];
  // The libraries in between say only that something went wrong.
  for (let at: unknown = error; at instanceof Error && causes.length < MOST_CAUSES; at = at.cause)
    causes.push(at.message.slice(0, 200));
  return causes.join(': ') + code;
}
