/** Proxies that run in front of a backend, which keeps each request as it came. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goProgram, scratchPath } from './helper.ts';
import { freePort, onEnd, send, startProgram } from './servers.ts';
import type { Wire } from './wire.ts';

/** What a server block of nginx does with a request. `B` is the backend. */
const NGINX = {
  canonical: 'location / { proxy_set_header Host $http_host; proxy_pass http://B/; }',
  strip: 'location /api/ { proxy_set_header Host $http_host; proxy_pass http://B/; }',
  prefix: 'location / { proxy_set_header Host $http_host; proxy_pass http://B/internal/; }',
  slash:
    'location / { rewrite ^(.*[^/])$ $1/ break; proxy_set_header Host $http_host; proxy_pass http://B; }',
  uri: 'location / { proxy_set_header Host $http_host; proxy_pass http://B$uri$is_args$args; }',
  'no-query': 'location / { proxy_set_header Host $http_host; proxy_pass http://B$uri; }',
  'more-query':
    'location / { rewrite ^(.*)$ $1?gw=eu1 break; proxy_set_header Host $http_host; proxy_pass http://B; }',
  host: 'location / { proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto https; proxy_pass http://backend; }',
  plain: 'location / { proxy_set_header Host $http_host; proxy_pass http://B; }',
  'request-id':
    'location / { proxy_set_header Host $http_host; proxy_set_header X-Request-Id "gw-eu1-7f3a19c2"; proxy_pass http://B; }',
  'no-request-id':
    'location / { proxy_set_header Host $http_host; proxy_set_header X-Request-Id ""; proxy_pass http://B; }',
  'content-type':
    'location / { proxy_set_header Host $http_host; proxy_set_header Content-Type "application/octet-stream"; proxy_pass http://B; }',
  'no-headers':
    'location / { proxy_pass_request_headers off; proxy_set_header Host $http_host; proxy_set_header Content-Type $content_type; proxy_set_header Content-Length $content_length; proxy_pass http://B; }',
  'no-body':
    'location / { proxy_set_header Host $http_host; proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass http://B; }',
  redirect:
    'location ~ [^/]$ { absolute_redirect off; return 301 $uri/$is_args$args; } location / { proxy_set_header Host $http_host; proxy_pass http://B; }',
  found:
    'location ~ [^/]$ { absolute_redirect off; return 302 $uri/$is_args$args; } location / { proxy_set_header Host $http_host; proxy_pass http://B; }',
} as const;

/** What a frontend of HAProxy does. */
const HAPROXY = {
  'ha-strip': 'http-request replace-path ^/api/(.*) /\\1',
  'ha-prefix': 'http-request set-path /internal%[path]',
  'ha-host':
    'http-request set-header X-Forwarded-Host %[req.hdr(host)]\n  http-request set-header Host orders.internal:8080',
  'ha-no-query': 'http-request set-query %[str()]',
  'ha-sort': 'http-request normalize-uri query-sort-by-name',
  'ha-slashes': 'http-request normalize-uri path-merge-slashes',
  'ha-dots': 'http-request normalize-uri path-strip-dotdot full\n  http-request normalize-uri path-strip-dot',
  'ha-unreserved':
    'http-request normalize-uri percent-decode-unreserved\n  http-request normalize-uri percent-to-uppercase',
  'ha-method': 'http-request set-method PUT',
  'ha-request-id': 'http-request set-header X-Request-Id ha-eu1-51c0de',
  'ha-del': 'http-request del-header x-signature -m str\n  http-request del-header signature -m end',
} as const;

const APACHE = {
  'ap-strip': 'ProxyPreserveHost On\n  ProxyPass /api/ http://B/',
  'ap-host': 'ProxyPass / http://B/',
  'ap-canonical': 'ProxyPreserveHost On\n  ProxyPass / http://B/',
  'ap-inflate': 'ProxyPreserveHost On\n  SetInputFilter DEFLATE\n  ProxyPass / http://B/',
} as const;

const GO = ['prefix', 'strip', 'query', 'path', 'clean', 'host'] as const;

export type Setup =
  | keyof typeof NGINX
  | keyof typeof HAPROXY
  | keyof typeof APACHE
  | `go-${(typeof GO)[number]}`
  | 'backend';

let started: Promise<ReadonlyMap<Setup, number>> | undefined;
let arrived: Wire[] = [];

/** The request as the backend has it that is behind this proxy. @returns undefined where it let nothing through */
export async function through(setup: Setup, wire: Wire): Promise<Wire | undefined> {
  const { pathname, search } = splitUrl(wire.url);
  arrived = [];
  await send(await portOf(setup), pathname + search, wire);
  return arrived.at(-1);
}

/** Of the request that a client has sent to this port by itself. */
export function lastArrived(): Wire | undefined {
  return arrived.at(-1);
}

export async function portOf(setup: Setup): Promise<number> {
  started ??= startAll();
  const port = (await started).get(setup);
  if (port === undefined) throw new Error(`no proxy ${setup}`);
  return port;
}

/** As it is written: the URL class would resolve dot segments. */
function splitUrl(url: string): { pathname: string; search: string } {
  const [, pathname = '/', search = ''] = /^https?:\/\/[^/?]+([^?]*)(\?.*)?$/.exec(url) ?? [];
  return { pathname, search };
}

async function startAll(): Promise<ReadonlyMap<Setup, number>> {
  const ports = new Map<Setup, number>();
  const backend = await startBackend();
  ports.set('backend', backend);
  const blocks = async (
    setups: Readonly<Record<string, string>>,
    block: (port: number, rules: string, name: string) => string,
  ): Promise<string> => {
    const texts: string[] = [];
    for (const [name, rules] of Object.entries(setups)) {
      const port = await freePort();
      ports.set(name as Setup, port);
      texts.push(block(port, rules.replaceAll('http://B', `http://127.0.0.1:${backend}`), name));
    }
    return texts.join('\n');
  };
  await startNginx(
    await blocks(NGINX, (port, rules) => `server { listen 127.0.0.1:${port}; ${rules} }`),
    backend,
    ports.get('plain') ?? 0,
  );
  await startHaproxy(
    await blocks(
      HAPROXY,
      (port, rules, name) => `frontend ${name}\n  bind 127.0.0.1:${port}\n  ${rules}\n  default_backend b\n`,
    ),
    backend,
    ports.get('ha-del') ?? 0,
  );
  await startApache(
    await blocks(
      APACHE,
      (port, rules) =>
        `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n  ${rules}\n</VirtualHost>`,
    ),
    ports.get('ap-host') ?? 0,
  );
  const binary = goProgram('proxy');
  for (const mode of GO) {
    const port = await freePort();
    ports.set(`go-${mode}`, port);
    await startProgram(port, binary, [String(port), String(backend), mode]);
  }
  return ports;
}

async function startBackend(): Promise<number> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', rawHeaders } = request;
    const headers: (readonly [string, string])[] = [];
    for (let i = 0; i < rawHeaders.length; i += 2)
      headers.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
    arrived.push({
      method,
      url: `https://${request.headers.host}${url}`,
      headers,
      body: Buffer.concat(chunks),
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onEnd(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function startNginx(servers: string, backend: number, port: number): Promise<void> {
  const folder = scratchPath('nginx');
  mkdirSync(folder, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;\nevents {}\nhttp { access_log off; ${temporary} client_max_body_size 2m; upstream backend { server 127.0.0.1:${backend}; }\n${servers}\n}\n`,
  );
  await startProgram(port, 'nginx', [
    '-c',
    `${folder}/nginx.conf`,
    '-p',
    folder,
    '-e',
    `${folder}/error.log`,
  ]);
}

async function startHaproxy(frontends: string, backend: number, port: number): Promise<void> {
  const file = scratchPath('haproxy.cfg');
  writeFileSync(
    file,
    `global\n  expose-experimental-directives\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 20s\n  timeout server 20s\n${frontends}\nbackend b\n  server s 127.0.0.1:${backend}\n`,
  );
  await startProgram(port, 'haproxy', ['-db', '-f', file]);
}

async function startApache(hosts: string, port: number): Promise<void> {
  const folder = scratchPath('apache');
  mkdirSync(folder, { recursive: true });
  const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'deflate', 'filter', 'headers'].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  writeFileSync(
    `${folder}/apache.conf`,
    [
      ...modules,
      `ServerRoot ${folder}`,
      `PidFile ${folder}/pid`,
      `ErrorLog ${folder}/error.log`,
      'ServerName localhost',
      `DefaultRuntimeDir ${folder}`,
      'ProxyRequests Off',
      hosts,
      '',
    ].join('\n'),
  );
  await startProgram(port, 'apache2', ['-DFOREGROUND', '-f', `${folder}/apache.conf`]);
}
