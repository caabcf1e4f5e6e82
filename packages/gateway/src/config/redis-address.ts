/** Where a Redis server is: `redis://`, `rediss://` and `redis+unix://`, as they are written, read and shown. */
import type { Misfit } from './read-text.ts';
import { Secret } from './secret.ts';

export interface RedisAddress {
  /** A host and a port, with TLS or without, or a socket's path. */
  readonly place:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: boolean }
    | { readonly kind: 'unix'; readonly path: string };
  /** Absent: the server's `default`. */
  readonly username?: string;
  readonly password?: Secret;
  readonly database: number;
}

const DEFAULT_PORT = 6379;
const SCHEME = /^(redis|rediss|redis\+unix):\/\//i;
const OF_OTHERS =
  /^(redis\+sentinel|redis-sentinel|sentinel|redis\+cluster|redis-cluster|unix|valkeys?):\/\//i;
const NO_HOST = 'socket';
const MISFIT: Misfit = { misfit: true };

/** @returns the address, or why it is none: nothing of it is quoted, for it may hold a password */
export function readRedisAddress(text: string): RedisAddress | Misfit {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const isOfOthers = OF_OTHERS.test(text);
    return isOfOthers ? { misfit: true, problem: 'names what is not supported' } : MISFIT;
  }
  // `URL` gives a host in lower case, and takes numbers for addresses, of the schemes that it knows alone.
  const rest = text.slice(text.indexOf('//') + 2);
  // A user name wants a host behind it, which a socket has none of.
  const plain = `redis://${scheme === 'redis+unix' ? rest.replace(/^([^/@]*@)?\//, `$1${NO_HOST}/`) : rest}`;
  if (!URL.canParse(plain)) return UNREADABLE;
  const url = new URL(plain);
  const [username, password] = [decodeOrUndefined(url.username), decodeOrUndefined(url.password)];
  if (username === undefined || password === undefined || url.hash !== '') return UNREADABLE;
  const login = {
    ...(username !== '' && { username }),
    ...(password !== '' && { password: new Secret(password) }),
  };
  if (scheme === 'redis+unix') return readSocket(url, login);
  const database = readDatabase(url.pathname.slice(1));
  if (database === undefined || url.search !== '') return BEYOND_DATABASE;
  if (url.hostname === '') return { misfit: true, problem: 'names no host' };
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return { place: { kind: 'tcp', host, port, tls: scheme === 'rediss' }, ...login, database };
}

const UNREADABLE: Misfit = {
  misfit: true,
  problem:
    'cannot be read: a password’s characters such as / ? # @ : % are written as %2F %3F %23 %40 %3A %25; or give it as claims.password',
};
const BEYOND_DATABASE: Misfit = {
  misfit: true,
  problem: 'has more behind the host than the number of a database',
};

function readSocket(url: URL, login: Pick<RedisAddress, 'username' | 'password'>): RedisAddress | Misfit {
  const path = decodeOrUndefined(url.pathname);
  const parameters = [...url.searchParams.keys()];
  const database = readDatabase(url.searchParams.get('db') ?? '');
  if (url.host !== NO_HOST || path === undefined || path.length < 2)
    return { misfit: true, problem: 'names no socket: three slashes begin its path' };
  if (database === undefined || parameters.some((name) => name !== 'db') || parameters.length > 1)
    return { misfit: true, problem: 'has other parameters than db, the number of a database' };
  return { place: { kind: 'unix', path }, ...login, database };
}

function readDatabase(text: string): number | undefined {
  if (text === '') return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function decodeOrUndefined(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Without user name and password. */
export function shownRedis({ place, database }: RedisAddress): string {
  if (place.kind === 'unix') return `redis+unix://${place.path}${database === 0 ? '' : `?db=${database}`}`;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return `${place.tls ? 'rediss' : 'redis'}://${host}:${place.port}/${database}`;
}
