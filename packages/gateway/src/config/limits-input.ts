/** `limits` as a person writes it. */
import type { DurationText, NumberInput, SizeText } from './units.ts';

export interface LimitsInput {
  /** The largest body. Default: 1MB. */
  readonly maxBody?: SizeText;
  /**
   * The bodies of all requests in flight together, in bytes or with a unit; a quarter is reserved for bodies of up to 16KB; beyond the limit 503. Default:
   * 256MB, or three times the largest maxBody.
   */
  readonly maxBodyBytesInFlight?: NumberInput;
  /** Requests in flight, of all connections together; beyond the limit 503. At most 64 requests of one connection are read ahead. Default: 10000. */
  readonly maxRequestsInFlight?: NumberInput;
  /** All header fields of one request, in bytes or with a unit. Default: 16KB. */
  readonly maxHeaderBytes?: NumberInput;
  /** Header fields of one request. Default: 100. */
  readonly maxHeaders?: NumberInput;
  /** Time from a request’s first byte to its last; also how long a sender may read nothing of the answer. Default: 30s. */
  readonly requestTimeout?: DurationText;
  /** Time from a request’s first byte to the end of its headers; at most requestTimeout. Default: 10s, or requestTimeout if that is shorter. */
  readonly headersTimeout?: DurationText;
  /** How long a streamed answer waits for a slow reader in total, less a second for each 64 KiB that it reads; then the connection is closed. Default: 2m. */
  readonly slowReaderTimeout?: DurationText;
  /** How long an idle connection stays open: it should be longer than the 60s of common load balancers. Default: 65s. */
  readonly keepAliveTimeout?: DurationText;
  /** Open connections on the public listener. Default: 10000. */
  readonly maxConnections?: NumberInput;
  /** How long a stop waits for requests in flight. Default: 10s. */
  readonly drainTimeout?: DurationText;
}
