/** nginx, Caddy and HAProxy with the page's configurations: ports, certificates and the places where programs write are this machine's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-ports.ts';
import {
  PROXY_PACKAGES,
  type ProxyProgram,
  startProgram,
  versionOf,
} from '../../../scripts/proxy-programs.ts';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';
import { fileOnPage, fitted, type Replacement } from './page.ts';

export const HOST = 'hooks.example.com';
export const ORIGIN: string = `https://${HOST}`;

export interface GatewayPorts {
  readonly publicPort: number;
  readonly adminPort: number;
}

interface Place extends GatewayPorts {
  readonly port: number;
  readonly folder: string;
}

interface PagesProxy {
  readonly program: ProxyProgram;
  /** As its block begins. */
  readonly file: string;
  replacements(place: Place): readonly Replacement[];
}

const isRoot = process.getuid?.() === 0;

const certificates = (folder: string): readonly Replacement[] => [
  { from: `/etc/ssl/${HOST}.pem`, to: `${folder}/${HOST}.pem` },
  { from: `/etc/ssl/${HOST}.key`, to: `${folder}/${HOST}.key` },
];

const gatewayAt = ({ publicPort }: Place): Replacement => ({
  from: '127.0.0.1:8787',
  to: `127.0.0.1:${publicPort}`,
});

export const PROXIES: readonly PagesProxy[] = [
  {
    program: 'nginx',
    file: '/etc/nginx/nginx.conf',
    replacements: (place) => [
      ...certificates(place.folder),
      gatewayAt(place),
      { from: 'listen 443 ssl', to: `listen 127.0.0.1:${place.port} ssl` },
      {
        from: 'worker_processes auto;',
        to: `daemon off; master_process off; pid ${place.folder}/nginx.pid; error_log ${place.folder}/error.log;`,
      },
      {
        from: 'http {\n',
        to: `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${place.folder}/${name};\n`).join('')}`,
      },
    ],
  },
  {
    program: 'caddy',
    file: '/etc/caddy/Caddyfile',
    replacements: (place) => [
      ...certificates(place.folder),
      gatewayAt(place),
      { from: '/var/lib/caddy/', to: `${place.folder}/` },
      { from: `\n${HOST} {\n`, to: `\n${HOST}:${place.port} {\n\tbind 127.0.0.1\n` },
      { from: '\n:443 {\n', to: `\n:${place.port} {\n\tbind 127.0.0.1\n` },
    ],
  },
  {
    program: 'haproxy',
    file: '/etc/haproxy/haproxy.cfg',
    replacements: (place) => [
      { from: `/etc/haproxy/${HOST}.pem`, to: `${place.folder}/both.pem` },
      gatewayAt(place),
      { from: 'port 8788', to: `port ${place.adminPort}` },
      { from: 'bind :443', to: `bind 127.0.0.1:${place.port}` },
      // Nobody else may become another user.
      ...(isRoot ? [] : [{ from: '  user haproxy\n  group haproxy\n', to: '' }]),
    ],
  },
];

/** What is said of a program that is not here. Undefined where it is. */
export function whyNot(program: ProxyProgram): string | undefined {
  // Of the loopback range other systems have 127.0.0.1 alone, and the client needs an address of its own.
  if (process.platform !== 'linux') return 'its test needs Linux';
  return versionOf(program) === undefined
    ? `${program} is not installed; apt-get install ${PROXY_PACKAGES[program]}`
    : undefined;
}

export interface DeployedProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the page's proxy, in front of a gateway. @param changes what is written otherwise than on the page */
export async function deploy(
  { program, file, replacements }: PagesProxy,
  ports: GatewayPorts,
  changes: readonly Replacement[] = [],
): Promise<DeployedProxy> {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${program}-`));
  const port = await freePort();
  writeFileSync(join(folder, `${HOST}.pem`), CERTIFICATE);
  writeFileSync(join(folder, `${HOST}.key`), PRIVATE_KEY, { mode: 0o600 });
  writeFileSync(join(folder, 'both.pem'), CERTIFICATE + PRIVATE_KEY, { mode: 0o600 });
  const remove = (): void => rmSync(folder, { recursive: true });
  const page = fitted(fileOnPage(file), changes);
  const text = fitted(page, replacements({ ...ports, port, folder }));
  const running = await startProgram(program, { text, folder, ports: [port] }).catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    port,
    async stop() {
      await running.stop();
      remove();
    },
  };
}
