/** Requests that were signed for another scheme, host or port than the gate read. */
import type { HttpScheme } from '../../effective-request.ts';
import { shownText } from '../../text/shown-text.ts';
import { forwardedHints } from '../forwarded-hints.ts';
import type { Hypothesis } from '../hypothesis.ts';
import {
  addressOf,
  hasOrigin,
  isCovered,
  replacing,
  withAddress,
  withMessage,
  withOrigin,
} from '../other-address.ts';
import type { Change, Trial } from '../trial.ts';

const SCHEMES: readonly HttpScheme[] = ['https', 'http'];

/** Where servers listen behind a proxy or on a developer’s machine. */
const USUAL_PORTS: readonly string[] = ['443', '80', '8443', '8080', '3000', '8000', '5000'];

const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0', 'host.docker.internal'];

/** Hosts that no sender outside is given: private addresses, names without a dot or of a cluster. */
const INSIDE =
  /^(?:[a-z0-9_-]+|127\..*|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[.*\]|.*\.(?:local|internal|localdomain|lan|svc))$/;

const SET_ORIGIN = (origin: string): string =>
  `Set the gate’s origin to ${origin}, if that is the address that you gave the sender`;

/** `place-origin-forwarded` at most 8 trials, `place-port-missing` 22, `place-host-local` 10, the others 1 to 3. */
export const PLACE_ORIGIN: readonly Hypothesis[] = [
  {
    id: 'place-scheme-https',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withScheme(trial, 'https'),
    says: (origin) =>
      `The sender signed a URL of https, ${origin}, and the gate read one of http: TLS ends at a proxy in front.`,
    mend: (origin) =>
      `${SET_ORIGIN(origin)}; or have the proxy say so (nginx: proxy_set_header X-Forwarded-Proto $scheme; HAProxy: http-request set-header X-Forwarded-Proto https if { ssl_fc }; Caddy, Traefik and ALB send it) and list it under listen.trustedProxies.`,
    example: 'proxy-scheme',
  },
  {
    id: 'place-scheme-http',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withScheme(trial, 'http'),
    says: (origin) =>
      `The sender signed a URL of plain http, ${origin}, and the gate takes the address for one of https.`,
    mend: (origin) => `Give the sender the address with https; or set the gate’s origin to ${origin}.`,
    example: 'proxy-scheme',
  },
  {
    id: 'place-origin-set',
    part: 'place',
    steps: ['compare'],
    changes: withoutOrigin,
    says: (origin) =>
      `The gate’s origin is not the address that the sender signed, which was ${origin}, as the request itself says.`,
    mend: (origin) => `${SET_ORIGIN(origin)}; or take the option out.`,
    example: 'proxy-host',
  },
  {
    id: 'place-host-field',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withAuthorities(trial, hostField(trial)),
    says: (origin) =>
      `The sender signed a URL of ${origin}, as the Host field says. The gate read another host, of the URL that it was handed or of a trusted proxy’s header.`,
    mend: (origin) =>
      `Hand the gate the path and query with the request’s headers, rather than a URL that a framework built; or set the gate’s origin to ${origin}.`,
    example: 'proxy-host',
  },
  {
    id: 'place-origin-forwarded',
    part: 'place',
    steps: ['compare'],
    changes: withForwarded,
    says: (origin) =>
      `The sender signed a URL of ${origin}, which a forwarded header of the request names. The gate read the proxy’s own address for it, since it does not trust that header.`,
    mend: (origin) =>
      `${SET_ORIGIN(origin)}; or list the proxy under listen.trustedProxies (Express: app.set('trust proxy', …)); or have it pass the host on (nginx: proxy_set_header Host $host; Apache: ProxyPreserveHost On; CloudFront: an origin request policy with Host).`,
    example: 'trusted-proxies',
  },
  {
    id: 'place-port-seen',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const host = hostOf(trial);
      if (host !== undefined && addressOf(trial)?.authority !== host) yield* withAuthorities(trial, [host]);
    },
    says: (origin) =>
      `The sender signed a URL without a port, ${origin}, and the gate read the port behind the proxy with it.`,
    mend: (origin) =>
      `${SET_ORIGIN(origin)}; or have the proxy pass the Host field on as it came (nginx: proxy_set_header Host $host).`,
    example: 'proxy-host',
  },
  {
    id: 'place-port-default',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const address = addressOf(trial);
      if (!isCovered(trial, 'host') || address?.authority === undefined) return;
      const { scheme, authority } = address;
      const host = hostOf(trial) ?? authority;
      const ports = new Set([scheme === 'https' ? '443' : '80', '443', '80']);
      for (const port of ports)
        yield withMessage(trial, replacing(authority, `${host}:${port}`), `${host}:${port}`);
    },
    says: (host) =>
      `The sender wrote the scheme’s own port into what it signed, ${host}; the gate leaves that port out, as the standards do.`,
    mend: () => 'Give the sender the address without the port, or have it sign the address without it.',
    example: 'proxy-host',
  },
  {
    id: 'place-port-missing',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const host = hostOf(trial);
      if (host === undefined) return;
      const ports = [...forwardedHints(trial).ports, ...USUAL_PORTS];
      yield* withAuthorities(
        trial,
        [...new Set(ports)].map((port) => `${host}:${port}`),
      );
    },
    says: (origin) => `The sender signed a URL with a port, ${origin}, and the gate read none, or another.`,
    mend: (origin) =>
      `${SET_ORIGIN(origin)}; or have the proxy pass the port on (nginx: proxy_set_header Host $http_host).`,
    example: 'proxy-host',
  },
  {
    id: 'place-host-www',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const authority = addressOf(trial)?.authority;
      if (authority === undefined) return;
      yield* withAuthorities(trial, [
        authority.startsWith('www.') ? authority.slice('www.'.length) : `www.${authority}`,
      ]);
    },
    says: (origin) =>
      `The sender signed a URL of ${origin}, and the request came to the other one of the name with www. and without.`,
    mend: () =>
      'Give the sender the address at which the gate answers; a redirect or rewrite between the two leaves the old signature.',
    example: 'redirect',
  },
  {
    id: 'place-host-local',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const authority = addressOf(trial)?.authority;
      const host = hostOf(trial);
      if (authority === undefined || host === undefined) return;
      if (!LOCAL_HOSTS.includes(host) && host.includes('.')) return;
      const port = authority.slice(host.length);
      yield* withAuthorities(
        trial,
        LOCAL_HOSTS.map((local) => `${local}${port}`),
      );
    },
    says: (origin) =>
      `The sender signed a URL of ${origin}, and the request came under another name of this machine.`,
    mend: (origin) => `Use one name on both sides; or set the gate’s origin to ${origin}.`,
    example: 'proxy-host',
  },
  {
    id: 'place-host-case',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const authority = addressOf(trial)?.authority;
      const host = trial.request.headers.get('host');
      if (!isCovered(trial, 'host') || authority === undefined) return;
      const first = authority.charAt(0).toUpperCase() + authority.slice(1);
      const each = authority.replace(/(^|[.-])[a-z]/g, (letter) => letter.toUpperCase());
      const spellings = new Set([host ?? '', authority.toUpperCase(), first, each]);
      for (const spelling of spellings)
        if (spelling !== authority && spelling.toLowerCase() === authority)
          yield withMessage(trial, replacing(authority, spelling));
    },
    says: () =>
      'The sender signed the host with capitals; the gate reads hosts in lower case, as the standards do.',
    mend: () =>
      'Give the sender the address in lower case; or, of a declared scheme, cover {header:host} in place of {host}.',
    example: 'proxy-host',
  },
  {
    id: 'place-host-internal',
    part: 'place',
    steps: ['compare'],
    certainty: 'possible',
    sees(trial) {
      const host = hostOf(trial);
      const isInside = host !== undefined && !hasOrigin(trial) && INSIDE.test(host);
      const authority = isInside && isCovered(trial, 'host') ? addressOf(trial)?.authority : undefined;
      return authority === undefined ? undefined : shownText(authority);
    },
    says: (host) =>
      `The signature covers the host, and the request came to ${host}, a name inside of your network: a proxy put it in place of the one that the sender knows.`,
    mend: () =>
      'Set the gate’s origin to the address that you gave the sender, e.g. https://hooks.example; or have the proxy pass the Host field on (nginx: proxy_set_header Host $host; Apache: ProxyPreserveHost On).',
    example: 'proxy-host',
  },
];

function* withScheme(trial: Trial, scheme: HttpScheme): Generator<Change> {
  const address = addressOf(trial);
  if (!isCovered(trial, 'host') || address?.authority === undefined) return;
  // The port stays what it was: one that stood for the other scheme is written now, or another is left out.
  yield* withAddress(trial, { scheme }, `${scheme}://${address.authority}`);
}

/** @param authorities likeliest first; each is tried under the scheme that the gate read, then under the other */
function* withAuthorities(trial: Trial, authorities: readonly string[]): Generator<Change> {
  const address = addressOf(trial);
  if (!address || !isCovered(trial, 'host')) return;
  const hinted = forwardedHints(trial).schemes;
  for (const authority of authorities) {
    if (authority.toLowerCase() === address.authority) continue;
    for (const scheme of new Set([...hinted, address.scheme, ...SCHEMES]))
      yield* withAddress(trial, { scheme, authority: authority.toLowerCase() }, `${scheme}://${authority}`);
  }
}

function withForwarded(trial: Trial): Generator<Change> {
  return withAuthorities(trial, forwardedHints(trial).authorities);
}

/** What the request says of itself, where the gate’s origin overrules it. */
function* withoutOrigin(trial: Trial): Generator<Change> {
  const bare = hasOrigin(trial) ? withOrigin(trial.scheme, undefined) : undefined;
  const own = bare && addressOf({ request: trial.request, scheme: bare });
  if (own?.authority === undefined) return;
  const { authority } = own;
  for (const scheme of new Set([own.scheme, ...SCHEMES]))
    yield* withAddress(trial, { scheme, authority }, `${scheme}://${authority}`);
}

/** The Host field, where something else goes before it. */
function hostField({ request: { headers } }: Trial): readonly string[] {
  const host = headers.single('host');
  return typeof host === 'string' ? [host] : [];
}

/** Without the port. */
function hostOf(trial: Trial): string | undefined {
  return addressOf(trial)?.authority?.replace(/:\d+$/, '');
}
