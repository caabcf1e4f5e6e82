/** The schema of `limits`; see `schema.ts`. */
import type { LimitsConfig } from './config.ts';
import type { LimitsInput } from './config-input.ts';
import { DEFAULTS } from './defaults.ts';
import { optional, withDefault } from './left-out.ts';
import { duration, integer, size } from './schema-leaves.ts';
import { into, mapping, type Schema } from './shape.ts';
import { formatDuration, formatSize, parseSize, SECOND } from './units.ts';

/** What `maxBodyBytesInFlight` is at least, where it is left out. */
export const LEAST_ROOM_BYTES = 268_435_456;

const HEADERS_TIMEOUT_MS: number = 10 * SECOND;

/** What the schema makes of `limits`: the room for bodies depends on the gates. */
export type ReadLimits = Omit<LimitsConfig, 'maxBodyBytesInFlight'> & Partial<LimitsConfig>;

/** Makes the schema of `limits`. */
export function limitsSchema(): Schema<ReadLimits, LimitsInput> {
  return into(writtenLimits(), ({ maxBody, requestTimeout, headersTimeout, ...read }) => {
    const { slowReaderTimeout, keepAliveTimeout, drainTimeout, ...rest } = read;
    return {
      ...rest,
      maxBodyBytes: maxBody,
      requestTimeoutMs: requestTimeout,
      // node:http refuses to start with a longer one.
      headersTimeoutMs: headersTimeout ?? Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
      slowReaderTimeoutMs: slowReaderTimeout,
      keepAliveTimeoutMs: keepAliveTimeout,
      drainTimeoutMs: drainTimeout,
    };
  });
}

function writtenLimits() {
  return mapping(
    'Limits on how much a sender can make the gateway hold in memory or wait for.',
    {
      maxBody: withDefault(size('The largest body.'), '1MB'),
      maxBodyBytesInFlight: optional(
        integer(
          'The bodies of all requests in flight together, in bytes or with a unit; a quarter is reserved for bodies of up to 16KB; beyond the limit 503.',
          { min: 262_144, max: 1_099_511_627_776, unit: ' of bytes' },
          parseSize,
        ),
        `${formatSize(LEAST_ROOM_BYTES)}, or three times the largest maxBody`,
      ),
      maxRequestsInFlight: withDefault(
        integer(
          'Requests in flight, of all connections together; beyond the limit 503. At most 64 requests of one connection are read ahead.',
          { min: 1, max: 1_000_000 },
        ),
        10_000,
      ),
      maxHeaderBytes: withDefault(
        integer(
          'All header fields of one request, in bytes or with a unit.',
          { min: 1_024, max: 1_048_576, unit: ' of bytes' },
          parseSize,
        ),
        '16KB',
      ),
      maxHeaders: withDefault(integer('Header fields of one request.', { min: 1, max: 10_000 }), 100),
      requestTimeout: withDefault(
        duration(
          'Time from a request’s first byte to its last; also how long a sender may read nothing of the answer.',
        ),
        DEFAULTS.requestTimeout,
      ),
      headersTimeout: optional(
        duration('Time from a request’s first byte to the end of its headers; at most requestTimeout.'),
        `${formatDuration(HEADERS_TIMEOUT_MS)}, or requestTimeout if that is shorter`,
      ),
      slowReaderTimeout: withDefault(
        duration(
          'How long a streamed answer waits for a slow reader in total, less a second for each 64 KiB that it reads; then the connection is closed.',
        ),
        '2m',
      ),
      keepAliveTimeout: withDefault(
        duration(
          'How long an idle connection stays open: it should be longer than the 60s of common load balancers.',
        ),
        '65s',
      ),
      maxConnections: withDefault(
        integer('Open connections on the public listener.', { min: 1, max: 1_000_000 }),
        10_000,
      ),
      drainTimeout: withDefault(duration('How long a stop waits for requests in flight.'), '10s'),
    },
    '{ maxBody: 2MB }',
  );
}
