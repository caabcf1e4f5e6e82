/** How `pg` is told of an address. It is not left to read one: it knows other members, and takes what it finds for a file. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { type PostgresAddress, readPostgresAddress } from '../../config/postgres-address.ts';
import { isMisfit } from '../../config/read-text.ts';

/** What `pg`, and what is built on it, takes. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  readonly ssl: boolean | ConnectionOptions;
}

/** @throws TypeError for a text that is no address; the system's error for a file of authorities that cannot be read */
export function connectionOf(address: string | PostgresAddress): Connection {
  const { host, port, database, user, password, tls, authoritiesFile } = placeOf(address);
  const authorities = authoritiesFile === undefined ? {} : { ca: readFileSync(authoritiesFile, 'utf8') };
  return {
    host,
    port,
    database,
    user,
    ...(password && { password: password.reveal() }),
    ssl: tls !== 'disable' && {
      ...authorities,
      rejectUnauthorized: tls !== 'require',
      // Any host of an authority that is trusted.
      ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
    },
  };
}

/** @throws TypeError for a text that is no address */
export function placeOf(address: string | PostgresAddress): PostgresAddress {
  const place = typeof address === 'string' ? readPostgresAddress(address) : address;
  if (isMisfit(place)) throw new TypeError('the address of the database is none');
  return place;
}
