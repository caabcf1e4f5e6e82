/** Proxies as people configure them: one server of each program for each setup, with the gateway behind it. */

export interface Setup {
  readonly name: string;
  /** Whether it says what the client asked for, to a gateway that believes it; else the gate names its origin. */
  readonly isTrusted: boolean;
  /** What it takes off the path. */
  readonly prefix: string;
}

export type Program = 'nginx' | 'haproxy';

/** Where a setup listens, and where its gateway does. */
export interface Ports {
  readonly listen: number;
  readonly gateway: number;
}

interface DescribedSetup extends Setup {
  readonly text: (ports: Ports) => string;
}

/** `$host` is what nginx itself goes by; `$http_host`, of many tutorials, is another where the target is a whole URL. */
const NGINX_HEADERS = `
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`;

/** How the fuzz tells the requests that the proxy knows of from others, and what the proxy takes them for. */
const NGINX_WITNESS = `
      proxy_set_header X-Witness-Id $request_id;
      proxy_set_header X-Witness-Method $request_method;
      proxy_set_header X-Witness-Target $request_uri;
      proxy_set_header X-Witness-Host $host;`;

const HAPROXY_WITNESS = `
  http-request set-header X-Witness-Id %[uuid()]
  http-request set-header X-Witness-Method %[method]
  http-request set-header X-Witness-Target %[url]
  http-request set-header X-Witness-Host %[req.hdr(host)]`;

const HAPROXY_HEADERS = `
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]`;

/** What people set for headers with underscores in their names. */
const NGINX_LENIENT = `
    underscores_in_headers on;
    ignore_invalid_headers off;
    merge_slashes off;`;

const nginx =
  (location: string, lines: string, server = '') =>
  (ports: Ports) =>
    `
  server {
    listen 127.0.0.1:${ports.listen};${server}
    location ${location} {${NGINX_WITNESS}${lines.replaceAll('GATEWAY', `127.0.0.1:${ports.gateway}`)}
    }
  }`;

/** Connections that are used again: where one request’s end is another’s beginning, two readings would show. */
const nginxKeepingAlive = (ports: Ports) => `
  upstream gateway${ports.listen} {
    server 127.0.0.1:${ports.gateway};
    keepalive 8;
  }${nginx('/', `${NGINX_HEADERS}\n      proxy_pass http://gateway${ports.listen};`)(ports)}`;

const haproxy = (lines: string) => (ports: Ports) =>
  `
frontend in${ports.listen}
  bind 127.0.0.1:${ports.listen}${HAPROXY_WITNESS}${lines}
  default_backend out${ports.listen}
backend out${ports.listen}
  server gateway 127.0.0.1:${ports.gateway}
`;

export const SETUPS: Readonly<Record<Program, readonly DescribedSetup[]>> = {
  nginx: [
    {
      name: 'proxy_pass alone (HTTP/1.0)',
      isTrusted: false,
      prefix: '',
      text: nginx('/', '\n      proxy_pass http://GATEWAY;'),
    },
    {
      name: 'with X-Forwarded-…',
      isTrusted: true,
      prefix: '',
      text: nginx('/', `${NGINX_HEADERS}\n      proxy_pass http://GATEWAY;`),
    },
    {
      name: 'without buffering',
      isTrusted: true,
      prefix: '',
      text: nginx(
        '/',
        `${NGINX_HEADERS}\n      proxy_request_buffering off;\n      proxy_pass http://GATEWAY;`,
      ),
    },
    { name: 'keepalive to the gateway', isTrusted: true, prefix: '', text: nginxKeepingAlive },
    {
      name: 'letting odd heads through',
      isTrusted: true,
      prefix: '',
      text: nginx('/', `${NGINX_HEADERS}\n      proxy_pass http://GATEWAY;`, NGINX_LENIENT),
    },
    {
      name: 'proxy_pass with a path',
      isTrusted: true,
      prefix: '/hooks',
      text: nginx('/hooks/', `${NGINX_HEADERS}\n      proxy_pass http://GATEWAY/;`),
    },
    {
      name: 'rewrite … break',
      isTrusted: true,
      prefix: '/hooks',
      text: nginx(
        '/hooks/',
        `${NGINX_HEADERS}\n      rewrite ^/hooks/(.*)$ /$1 break;\n      proxy_pass http://GATEWAY;`,
      ),
    },
  ],
  haproxy: [
    { name: 'a server alone', isTrusted: false, prefix: '', text: haproxy('') },
    { name: 'with X-Forwarded-…', isTrusted: true, prefix: '', text: haproxy(HAPROXY_HEADERS) },
    {
      name: 'accept-invalid-http-request',
      isTrusted: true,
      prefix: '',
      text: haproxy(`\n  option accept-invalid-http-request${HAPROXY_HEADERS}`),
    },
    {
      name: 'http-server-close',
      isTrusted: true,
      prefix: '',
      text: haproxy(`${HAPROXY_HEADERS}\n  option http-server-close\n  option http-buffer-request`),
    },
    {
      name: 'replace-path',
      isTrusted: true,
      prefix: '/hooks',
      text: haproxy(`${HAPROXY_HEADERS}\n  http-request replace-path /hooks(/.*) \\1`),
    },
  ],
};

/** The whole file. @param folder for what the program writes */
export function configOf(program: Program, folder: string, servers: string): string {
  return program === 'nginx'
    ? `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_header_timeout 1s;
  client_body_timeout 1s;
  keepalive_timeout 1s;
  proxy_read_timeout 2s;
  lingering_close off;${servers}
}
`
    : `
global
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 1s
  timeout server 2s
  timeout http-request 1s
  timeout http-keep-alive 1s
${servers}`;
}
