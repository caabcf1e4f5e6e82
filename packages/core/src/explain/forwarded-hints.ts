/**
 * What proxies have written of a request’s first address. Anybody can write such headers: they only say what to try, and a trial that
 * holds is held by a key.
 */
import { type HttpScheme, parseOrigin } from '../effective-request.ts';
import type { HeaderList } from '../headers.ts';
import type { Trial } from './trial.ts';

interface ForwardedHints {
  /** Host with a port, if any; each fits the grammar. */
  readonly authorities: readonly string[];
  readonly schemes: readonly HttpScheme[];
  readonly ports: readonly string[];
  /** Path with query. */
  readonly targets: readonly string[];
  /** What was cut off the front of the path. */
  readonly prefixes: readonly string[];
}

const HOSTS: readonly string[] = [
  'x-forwarded-host',
  'x-original-host',
  'x-amzn-remapped-host',
  'disguised-host',
  'x-host',
  'x-forwarded-server',
];

const SCHEMES: readonly string[] = [
  'x-forwarded-proto',
  'cloudfront-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-scheme',
  'x-url-scheme',
  'x-scheme',
];

/** Of IIS, nginx, Envoy, Traefik, Caddy, Azure, API gateways. */
const TARGETS: readonly string[] = [
  'x-original-url',
  'x-original-uri',
  'x-rewrite-url',
  'x-waws-unencoded-url',
  'x-envoy-original-path',
  'x-replaced-path',
  'x-forwarded-uri',
  'x-forwarded-path',
  'x-request-uri',
];

const PREFIXES: readonly string[] = ['x-forwarded-prefix', 'x-script-name', 'x-forwarded-context'];

const PORTS: readonly string[] = ['x-forwarded-port', 'x-original-port'];

/** Of each kind: more are no honest request’s, and each is a trial. */
const MAX_HINTS = 4;
const MAX_CHARS = 2048;
const MAX_LISTED = 8;

export function forwardedHints({ request, once }: Trial): ForwardedHints {
  return once(readHints, request.headers);
}

function readHints(headers: HeaderList): ForwardedHints {
  const urls = valuesOf(headers, TARGETS);
  const forwarded = valuesOf(headers, ['forwarded']).flatMap((text) => text.split(/[;,]/, 4 * MAX_LISTED));
  const authorities = [
    ...listed(headers, HOSTS),
    ...forwarded.flatMap((pair) => forwardedValue(pair, 'host')),
    ...urls.flatMap((url) => /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? []),
  ];
  const schemes = [
    ...listed(headers, SCHEMES),
    ...forwarded.flatMap((pair) => forwardedValue(pair, 'proto')),
    ...(/"scheme"\s*:\s*"https"/.test(headers.get('cf-visitor') ?? '') ? ['https'] : []),
    ...(['x-forwarded-ssl', 'front-end-https'].some((name) => headers.get(name)?.toLowerCase() === 'on')
      ? ['https']
      : []),
    ...urls.flatMap((url) => /^(https?):/i.exec(url)?.[1] ?? []),
  ].map((scheme) => scheme.toLowerCase());
  return {
    authorities: few(authorities.filter((text) => parseOrigin(`https://${text}`) !== undefined)),
    schemes: few(schemes.filter((scheme): scheme is HttpScheme => scheme === 'https' || scheme === 'http')),
    ports: few(listed(headers, PORTS).filter((text) => /^[1-9]\d{0,4}$/.test(text))),
    targets: few(urls.map((url) => url.replace(/^https?:\/\/[^/?#]*/i, '')).filter(isTarget)),
    prefixes: few(
      listed(headers, PREFIXES)
        .map((prefix) => (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix))
        .filter(isTarget),
    ),
  };
}

function listed(headers: HeaderList, names: readonly string[]): string[] {
  return valuesOf(headers, names).flatMap((value) => value.split(',', MAX_LISTED).map((text) => text.trim()));
}

function valuesOf(headers: HeaderList, names: readonly string[]): string[] {
  return names.flatMap((name) => headers.get(name)?.slice(0, MAX_CHARS) ?? []);
}

function forwardedValue(pair: string, name: string): string[] {
  const [key = '', value = ''] = pair.trim().split('=', 2);
  return key.toLowerCase() === name ? [value.replace(/^"(.*)"$/, '$1')] : [];
}

function isTarget(text: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(text) && !text.includes('#');
}

function few<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)].slice(0, MAX_HINTS);
}
