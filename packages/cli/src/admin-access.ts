/** How a command reaches the gateway that runs: where its admin listener is, and the token. */
import { AdminError, EventStreamError, type ProblemCode, SilenceError } from '@countersign/api';
import type { Config, ListenAddress } from '@countersign/gateway';
import type { Io } from './io.ts';
import { noAnswer } from './send-request.ts';
import { UsageError } from './usage-error.ts';

export const TOKEN_VARIABLE = 'COUNTERSIGN_ADMIN_TOKEN';

/** @throws UsageError for what is no http or https URL. */
export function readAdmin(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new UsageError('--admin is not an http or https URL', 'E.g. --admin http://127.0.0.1:8788.');
}

/** Undefined where it is off, or on a port that the system chooses. */
export function adminUrl(address: ListenAddress | undefined): string | undefined {
  if (address === undefined || address.port === 0) return undefined;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const isEverywhere = host === '0.0.0.0' || host === '[::]';
  return `http://${isEverywhere ? '127.0.0.1' : host}:${address.port}`;
}

/** The configuration's, or the variable's; empty where neither has one. */
export function adminToken(config: Pick<Config, 'admin'>, { env }: Pick<Io, 'env'>): string {
  return config.admin.token?.reveal() ?? env[TOKEN_VARIABLE] ?? '';
}

/** What a call of the admin API threw, as words and what to do. */
export function adminFailure(url: string, error: unknown): unknown {
  if (error instanceof AdminError) return refusedBy(url, error);
  const isUnreachable = [TypeError, EventStreamError, SilenceError].some((kind) => error instanceof kind);
  if (!isUnreachable) return error;
  const { message, remedy } = noAnswer(error, new URL(url));
  return new UsageError(message, remedy);
}

const OTHER_VERSION =
  'Use the countersign of the gateway’s own version: this one asks for what the gateway does not take.';

const REMEDIES: Readonly<Record<ProblemCode, string>> = {
  'malformed-request': OTHER_VERSION,
  'invalid-input': OTHER_VERSION,
  'malformed-body': OTHER_VERSION,
  'token-required': `Set admin.token in the configuration, or $${TOKEN_VARIABLE} to the running gateway’s token.`,
  'host-not-served': 'Call the admin listener by its address, such as http://127.0.0.1:8788.',
  'origin-not-served': 'Call the admin listener itself: something on the way adds an Origin.',
  'no-such-route': OTHER_VERSION,
  'no-such-gate': 'Name a gate of the configuration that the gateway was started with.',
  'no-such-claim': 'Compare the claim with the log’s line of the request.',
  'no-such-event': 'Compare the id with the admin API’s list of events.',
  'method-not-allowed': OTHER_VERSION,
  'body-too-large': OTHER_VERSION,
  'body-type-not-taken': OTHER_VERSION,
  'internal-error': 'Look at the gateway’s log.',
  draining: 'Try again once the gateway has been started again.',
  'too-many-listeners': 'End another that listens, such as a `countersign tail` that nobody reads.',
};

const NOT_AN_ADMIN_LISTENER =
  'Compare the address with listen.admin: what answers there is not a gateway’s admin listener.';

function refusedBy(url: string, { message, code }: AdminError): UsageError {
  return new UsageError(`${url}: ${message}`, code === undefined ? NOT_AN_ADMIN_LISTENER : REMEDIES[code]);
}
