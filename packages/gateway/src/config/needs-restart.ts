/** What a running gateway keeps of its configuration for as long as it runs. */
import type { Config, LimitsConfig, ListenConfig } from './config.ts';
import { meansSame } from './unchanged-parts.ts';

/** Members that a reload changes. All others, also those to come, are read by nothing but a start. */
const CHANGEABLE: readonly string[] = [
  'limits',
  'listen',
  'admin',
  'gates',
  'sessions',
  'destinations',
  'operatorEvents',
  // Read by a start alone, which does not need it any more.
  'previousStoreKeys',
];

/** Limits that the listener is made with, as they are called in a file. */
const OF_THE_LISTENER: readonly (readonly [keyof LimitsConfig, string])[] = [
  ['maxHeaderBytes', 'maxHeaderBytes'],
  ['maxHeaders', 'maxHeaders'],
  ['requestTimeoutMs', 'requestTimeout'],
  ['headersTimeoutMs', 'headersTimeout'],
  ['slowReaderTimeoutMs', 'slowReaderTimeout'],
  ['keepAliveTimeoutMs', 'keepAliveTimeout'],
  ['maxConnections', 'maxConnections'],
];

/** Of `admin`: what the listener and the audit log are opened with. Users, sessions and the provider are looked up with each log-in. */
const OF_ADMIN = ['token', 'audit'] as const;

/** @returns paths of the file whose values differ and which a reload cannot change, such as `listen` or `limits.maxHeaders` */
export function needsRestart(current: Config, next: Config): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(current));
  const after = new Map<string, unknown>(Object.entries(next));
  const members = [...new Set([...before.keys(), ...after.keys()])];
  return [
    ...members.filter(
      (member) => !CHANGEABLE.includes(member) && !meansSame(before.get(member), after.get(member)),
    ),
    ...(meansSame(bound(current.listen), bound(next.listen)) ? [] : ['listen']),
    ...OF_ADMIN.filter((member) => !meansSame(current.admin[member], next.admin[member])).map(
      (member) => `admin.${member}`,
    ),
    ...OF_THE_LISTENER.filter(([limit]) => current.limits[limit] !== next.limits[limit]).map(
      ([, name]) => `limits.${name}`,
    ),
  ];
}

/** Of `listen`: what the sockets are bound with. Certificates, keys and the oldest version of TLS change under way. */
function bound({ tls, adminTls, ...rest }: ListenConfig): object {
  return { ...rest, tls: tls?.clientCertificates, adminTls: adminTls?.clientCertificates };
}
