/** Why a message was not stored by JetStream, and what an operator can do about it. */
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed } from './destination.ts';
import { Disconnected } from './nats-connection.ts';
import { NoGreeting } from './nats-probe.ts';

export interface NatsFault {
  readonly error: unknown;
  /** Hosts and ports. */
  readonly servers: string;
  readonly subject: string;
  /** The client has it: the server may have it too. */
  readonly wasSent: boolean;
}

export function natsFailure({ error, servers, subject, wasSent }: NatsFault): AttemptFailed {
  const names = namesOf(error);
  if (names.has('PermissionViolationError'))
    return attemptFailed(
      'not-stored',
      `The NATS user may not publish to ${subject}. Give it the right to (permissions, publish, allow), and to get answers (subscribe to _INBOX.>).`,
    );
  if (names.has('NoRespondersError') || names.has('JetStreamNotEnabled'))
    return attemptFailed(
      'not-stored',
      `No stream takes ${subject}, so nothing would be kept. Add a stream whose subjects include it (nats stream add), in this user’s account, and enable JetStream where it is off.`,
    );
  if (names.has('JetStreamApiError') || names.has('JetStreamError') || names.has('StreamNotFoundError'))
    return attemptFailed(
      'not-stored',
      `JetStream did not store a message to ${subject}: ${messageOf(error)}. Look at the stream’s limits and state (nats stream info).`,
      { throttles: true },
    );
  return connectionFault(names, codeOf(error), servers, wasSent);
}

function connectionFault(
  names: ReadonlySet<string>,
  code: string,
  servers: string,
  wasSent: boolean,
): AttemptFailed {
  if (names.has('AuthorizationError') || names.has('UserAuthenticationExpiredError'))
    return attemptFailed(
      'unreachable',
      `NATS at ${servers} refused the credentials. Correct them, or let that user in.`,
      { throttles: true },
    );
  if (names.has(NoGreeting.name))
    return attemptFailed(
      'unreachable',
      `What answers at ${servers} is no NATS server. See whether the port is that of clients, 4222 as a rule.`,
      { throttles: true },
    );
  if (names.has('TimeoutError')) return late(servers, wasSent);
  if (wasSent)
    return attemptFailed(
      'connection-lost',
      `The connection to NATS at ${servers} broke off before a message was acknowledged. It is sent again under the same Nats-Msg-Id; see the server’s log.`,
      { throttles: true },
    );
  const why = names.has(Disconnected.name) || code === '' ? '' : ` (${code})`;
  return attemptFailed(
    'unreachable',
    `There is no connection to NATS at ${servers}${why}. See whether it runs and can be reached from here, and whether TLS is what both expect.`,
    { throttles: true },
  );
}

function late(servers: string, wasSent: boolean): AttemptFailed {
  if (wasSent)
    return attemptFailed(
      'timeout',
      `NATS at ${servers} did not acknowledge a message in time. It may have stored it all the same; see whether the stream’s leader and its disk are well.`,
      { throttles: true },
    );
  return attemptFailed(
    'unreachable',
    `NATS at ${servers} did not greet in time. See whether it hangs, and whether a firewall drops what comes from here.`,
    { throttles: true },
  );
}

/** Of a message that is longer than the server takes, with its headers. */
export function tooLong(bytes: number, maxBytes: number): AttemptFailed {
  return attemptFailed(
    'not-stored',
    `The message is ${bytes} bytes long with its headers, and the NATS server takes ${maxBytes}. Raise max_payload there, and the stream’s limit of a message, and redrive the delivery.`,
    { ends: 'delivery' },
  );
}

/** Those of the error and of what caused it. By name: the client is loaded when it is needed. */
function namesOf(error: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (let cause = error; cause instanceof Error && names.size < 10; cause = cause.cause) {
    names.add(cause.name).add(cause.constructor.name);
  }
  return names;
}

function codeOf(error: unknown): string {
  for (let cause = error, n = 0; cause instanceof Error && n < 10; cause = cause.cause, n++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'without a reason';
}
