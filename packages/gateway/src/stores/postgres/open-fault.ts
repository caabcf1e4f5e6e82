/** Why a PostgreSQL database cannot be this gateway’s store, as what to do. What the server says may quote values: none of it goes on. */
import { SetupError } from '@countersign/core';
import { type PostgresAddress, shownPostgres } from '../../config/postgres-address.ts';
import { StoreError } from '../store.ts';
import { codeOf, isAway } from './errors.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
type Sentences = (address: PostgresAddress) => readonly [problem: string, remedy: string];

const BY_CODE: ReadonlyMap<string, Sentences> = new Map<string, Sentences>([
  [
    '28P01',
    ({ user }) => [
      `refuses the password of ${user}`,
      'Correct the user or the password, in the address, PGPASSWORD or ~/.pgpass; in the address its characters such as / ? # @ : % are written as %2F %3F %23 %40 %3A %25.',
    ],
  ],
  [
    '28000',
    ({ user, database }) => [
      `does not let ${user} in`,
      `Let the server take ${user} for ${database} from here, in its pg_hba.conf; where it asks for TLS there, take sslmode=disable out of the address.`,
    ],
  ],
  [
    '3D000',
    ({ database }) => [
      `has no database ${database}`,
      `Create it: CREATE DATABASE "${database}"; or correct its name.`,
    ],
  ],
  ['42501', missingRights],
  [
    '53300',
    () => [
      'has no connection left',
      'Raise max_connections there, or the CONNECTION LIMIT of the user; or start fewer gateways: each opens up to 23.',
    ],
  ],
  [
    '25006',
    () => ['takes no writes: it is a standby, or set to read only', 'Name the server that takes writes.'],
  ],
  ['53100', () => ['has no room on its disk', 'Make room there.']],
]);

const CERTIFICATE = /CERT|SIGNATURE|ERR_TLS|ISSUER/;

/** @returns what goes on as it is where it is no fault of the database */
export function openFault(error: unknown, address: PostgresAddress): unknown {
  if (error instanceof SetupError) return error;
  const cause = error instanceof StoreError ? error.cause : error;
  const said = sentencesOf(cause, address);
  if (said === undefined) return error;
  return faultOf(said, address);
}

/** What a start would say of a database in which the user may make no schema. */
export function rightsFault(address: PostgresAddress): SetupError {
  return faultOf(missingRights(address), address);
}

function missingRights({ user, database }: PostgresAddress): readonly [problem: string, remedy: string] {
  return [
    `does not give ${user} the rights to make or use the schema countersign`,
    `Let the user make a schema there: GRANT CREATE ON DATABASE "${database}" TO "${user}"; where another user has made the schemas countersign and countersign_jobs, make this one their owner.`,
  ];
}

function faultOf([problem, remedy]: ReturnType<Sentences>, address: PostgresAddress): SetupError {
  return new SetupError('store', `the PostgreSQL at ${shownPostgres(address)} ${problem}`, remedy);
}

function sentencesOf(cause: unknown, address: PostgresAddress): readonly [string, string] | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = codeOf(cause);
  const sentences = BY_CODE.get(code);
  if (sentences !== undefined) return sentences(address);
  if (CERTIFICATE.test(code))
    return [
      `has a certificate that is not trusted (${code})`,
      'Name the file of its authority: ?sslrootcert=FILE. sslmode=require encrypts, and trusts whoever answers.',
    ];
  if (cause.message === 'The server does not support SSL connections')
    return [
      'has no TLS',
      'Give it TLS; or, where the network between is yours alone, write ?sslmode=disable.',
    ];
  if (cause.message.startsWith('SASL'))
    return ['asks for a password', 'Write it in the address, or set PGPASSWORD.'];
  if (isAway(cause))
    return [`does not answer${code && ` (${code})`}`, 'Start it, or correct host and port in the address.'];
  return code === '' ? undefined : [`cannot be used (${code})`, 'Look into the log of the server.'];
}
