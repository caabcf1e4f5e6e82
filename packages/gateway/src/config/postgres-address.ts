/** Where a PostgreSQL server is: `postgres://`, as it is written, read and shown. */
import { isIPv6 } from 'node:net';
import { isLoopback, type Misfit } from './read-text.ts';
import { Secret } from './secret.ts';

const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/**
 * How the connection is secured. `disable`: it is not. `require`: it is encrypted, to whoever answers. `verify-ca`: the server has a
 * certificate of an authority that is trusted. `verify-full`: and it is for its host.
 */
export type PostgresTls = (typeof TLS_MODES)[number];

export interface PostgresAddress {
  /** A name, an IP address, or the folder of a Unix socket, which begins with a slash. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent: the variable PGPASSWORD, the file ~/.pgpass, or none. */
  readonly password?: Secret;
  readonly tls: PostgresTls;
  /** A PEM file of the authorities that are trusted. Absent: those of the runtime. */
  readonly authoritiesFile?: string;
}

const DEFAULT_PORT = 5432;
const LAST_PORT = 65_535;
const PARAMETERS: ReadonlySet<string> = new Set(['host', 'port', 'sslmode', 'sslrootcert']);

const UNREADABLE: Misfit = {
  misfit: true,
  problem:
    'cannot be read: a password’s characters such as / ? # @ : % are written as %2F %3F %23 %40 %3A %25',
};

/** Whether a text is meant to be one. */
export function isPostgresText(text: string): boolean {
  return /^postgres(?:ql)?:/i.test(text);
}

/** @returns the address, or why it is none: nothing of it is quoted, for it may hold a password */
export function readPostgresAddress(text: string): PostgresAddress | Misfit {
  const rest = /^postgres(?:ql)?:(\/\/.*)$/is.exec(text)?.[1];
  if (rest === undefined) return UNREADABLE;
  // A user without a host, whose socket is a parameter, is no URL otherwise.
  const isHostless = /^\/\/[^/?#]*@(?=[/?#]|$)/.test(rest);
  const whole = `postgres:${isHostless ? rest.replace('@', '@localhost') : rest}`;
  if (!URL.canParse(whole)) return UNREADABLE;
  const url = new URL(whole);
  const user = decodeOrUndefined(url.username);
  const password = decodeOrUndefined(url.password);
  const database = decodeOrUndefined(url.pathname.slice(1));
  const host = decodeOrUndefined(isHostless ? '' : url.hostname);
  if (user === undefined || password === undefined || database === undefined || host === undefined)
    return UNREADABLE;
  if (url.hash !== '') return UNREADABLE;
  if (user === '') return { misfit: true, problem: 'names no user' };
  if (database === '') return { misfit: true, problem: 'names no database' };
  const place = readPlace(host, url);
  if ('misfit' in place) return place;
  return { ...place, database, user, ...(password !== '' && { password: new Secret(password) }) };
}

type Place = Pick<PostgresAddress, 'host' | 'port' | 'tls' | 'authoritiesFile'>;

function readPlace(named: string, { port: writtenPort, searchParams }: URL): Place | Misfit {
  const names = [...searchParams.keys()];
  if (names.some((name) => !PARAMETERS.has(name)) || new Set(names).size < names.length)
    return {
      misfit: true,
      problem: 'has other parameters than host, port, sslmode and sslrootcert, or one of them twice',
    };
  const written = searchParams.get('host') ?? named;
  const host = written.startsWith('/') ? written : written.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (host === '') return { misfit: true, problem: 'names no host' };
  if (host.includes(',')) return { misfit: true, problem: 'names several hosts, and one is read' };
  const port = Number(searchParams.get('port') ?? (writtenPort === '' ? DEFAULT_PORT : writtenPort));
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT)
    return { misfit: true, problem: `has a port that is none from 1 to ${LAST_PORT}` };
  const tls = readTls(searchParams.get('sslmode'), host);
  if (tls === undefined)
    return { misfit: true, problem: `has an sslmode that is none of ${TLS_MODES.join(', ')}` };
  const authoritiesFile = searchParams.get('sslrootcert') ?? undefined;
  return { host, port, tls, ...(authoritiesFile !== undefined && { authoritiesFile }) };
}

/** Over a network an address that says nothing has TLS, and the server proves who it is. A socket has none. */
function readTls(written: string | null, host: string): PostgresTls | undefined {
  if (isSocket(host)) return 'disable';
  if (written !== null) return TLS_MODES.find((mode) => mode === written);
  return isLoopback({ host }) ? 'disable' : 'verify-full';
}

function isSocket(host: string): boolean {
  return host.startsWith('/');
}

/** Whether passwords and events go over a network in the clear. */
export function isPlainOverNetwork({ tls, host }: PostgresAddress): boolean {
  return tls === 'disable' && !isSocket(host) && !isLoopback({ host });
}

function decodeOrUndefined(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Without its password. */
export function shownPostgres({ host, port, database, user }: PostgresAddress): string {
  const [name, place] = [encodeURIComponent(user), encodeURIComponent(database)];
  if (isSocket(host))
    return `postgres://${name}@/${place}?host=${host}${port === DEFAULT_PORT ? '' : `&port=${port}`}`;
  return `postgres://${name}@${isIPv6(host) ? `[${host}]` : host}:${port}/${place}`;
}
