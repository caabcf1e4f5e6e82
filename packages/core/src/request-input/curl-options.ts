/** curl's options, as far as they shape the request, and those that do not. @see https://curl.se/docs/manpage.html */

/** `ignored`: takes a value that does not matter here. `quiet`: a flag that does not matter here. */
export type CurlOption =
  | 'request'
  | 'header'
  | 'data'
  | 'data-raw'
  | 'data-binary'
  | 'data-urlencode'
  | 'json'
  | 'user'
  | 'oauth2-bearer'
  | 'user-agent'
  | 'referer'
  | 'cookie'
  | 'url'
  | 'get'
  | 'head'
  | 'compressed'
  | 'refused'
  | 'ignored'
  | 'quiet';

/** Long names. */
export const LONG_OPTIONS: Readonly<Record<string, CurlOption>> = {
  request: 'request',
  header: 'header',
  data: 'data',
  'data-ascii': 'data',
  'data-raw': 'data-raw',
  'data-binary': 'data-binary',
  'data-urlencode': 'data-urlencode',
  json: 'json',
  user: 'user',
  'oauth2-bearer': 'oauth2-bearer',
  'user-agent': 'user-agent',
  referer: 'referer',
  cookie: 'cookie',
  url: 'url',
  get: 'get',
  head: 'head',
  compressed: 'compressed',
  form: 'refused',
  'form-string': 'refused',
  'upload-file': 'refused',
  config: 'refused',
  digest: 'refused',
  ntlm: 'refused',
  negotiate: 'refused',
  'aws-sigv4': 'refused',
  ...named('ignored', [
    'output',
    'write-out',
    'max-time',
    'connect-timeout',
    'retry',
    'retry-delay',
    'retry-max-time',
    'resolve',
    'connect-to',
    'cacert',
    'capath',
    'cert',
    'cert-type',
    'key',
    'key-type',
    'ciphers',
    'tls-max',
    'proxy',
    'proxy-user',
    'noproxy',
    'interface',
    'cookie-jar',
    'dump-header',
    'stderr',
    'trace',
    'trace-ascii',
    'max-redirs',
    'limit-rate',
    'unix-socket',
    'dns-servers',
    'speed-limit',
    'speed-time',
  ]),
  ...named('quiet', [
    'include',
    'show-headers',
    'silent',
    'show-error',
    'verbose',
    'insecure',
    'location',
    'location-trusted',
    'fail',
    'fail-with-body',
    'globoff',
    'http1.0',
    'http1.1',
    'http2',
    'http2-prior-knowledge',
    'http3',
    'ipv4',
    'ipv6',
    'no-buffer',
    'no-progress-meter',
    'progress-bar',
    'raw',
    'path-as-is',
    'remote-name',
    'tlsv1.2',
    'tlsv1.3',
    'basic',
    'anyauth',
    'no-keepalive',
    'tcp-nodelay',
    'parallel',
    'disable',
  ]),
};

/** Short names. */
export const SHORT_OPTIONS: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  G: 'get',
  I: 'head',
  F: 'form',
  T: 'upload-file',
  K: 'config',
  o: 'output',
  w: 'write-out',
  m: 'max-time',
  E: 'cert',
  x: 'proxy',
  U: 'proxy-user',
  c: 'cookie-jar',
  D: 'dump-header',
  i: 'include',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  k: 'insecure',
  L: 'location',
  f: 'fail',
  g: 'globoff',
  '0': 'http1.0',
  '4': 'ipv4',
  '6': 'ipv6',
  N: 'no-buffer',
  '#': 'progress-bar',
  O: 'remote-name',
  q: 'disable',
};

/** Whether an option takes a value. */
export function takesValue(option: CurlOption): boolean {
  return option !== 'quiet' && option !== 'get' && option !== 'head' && option !== 'compressed';
}

function named(option: CurlOption, names: readonly string[]): Readonly<Record<string, CurlOption>> {
  return Object.fromEntries(names.map((name) => [name, option]));
}
