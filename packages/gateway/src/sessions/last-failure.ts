/** What a vendor's server failed with last, and what an operator should do about it. */
import type { FailureView } from '@countersign/api';
import { shortened } from '@countersign/core/internal/amounts';
import type { DatedFailure } from '../tokens/back-off.ts';
import { TokenError, type TokenErrorCode } from '../tokens/token-error.ts';
import type { Upstream } from './upstream.ts';
import { UpstreamError } from './upstream-error.ts';

/** An upstream, and the failure that no call has mended since. */
export interface WatchedUpstream extends Upstream {
  lastFailure(): DatedFailure | undefined;
}

/** @param now milliseconds since the epoch */
export function watchUpstream(upstream: Upstream, now: () => number): WatchedUpstream {
  let last: DatedFailure | undefined;
  return {
    lastFailure: () => last,
    async call(call) {
      try {
        const answer = await upstream.call(call);
        last = undefined;
        return answer;
      } catch (error) {
        if (isOfUpstream(error)) last = { atMs: now(), error };
        throw error;
      }
    },
  };
}

/** A call that was not made says nothing new; and 404 is about what the caller named, such as an interview that is not there. */
function isOfUpstream(error: unknown): boolean {
  return !(error instanceof UpstreamError) || (error.code !== 'circuit-open' && error.status !== 404);
}

/** The latest of them, as the admin API shows it. */
export function failureView(failures: readonly (DatedFailure | undefined)[]): FailureView | undefined {
  const [latest] = failures
    .filter((failure) => failure !== undefined)
    .filter(({ error }) => !(error instanceof UpstreamError && error.code === 'circuit-open'))
    .sort((a, b) => b.atMs - a.atMs);
  if (latest === undefined) return undefined;
  const { error, atMs } = latest;
  return {
    at: new Date(atMs).toISOString(),
    // Ours hold nothing that an upstream or a caller said; of any other nobody knows.
    message: isOurs(error)
      ? shortened(error.message, MAX_MESSAGE)
      : 'The call failed; the log has the error.',
    remedy: upstreamRemedy(error) ?? LOOK_AT_LOG,
  };
}

const LOOK_AT_LOG = 'Look at the gateway’s log.';

/** An address is part of it. */
const MAX_MESSAGE = 300;

function isOurs(error: unknown): error is UpstreamError | TokenError {
  return error instanceof UpstreamError || error instanceof TokenError;
}

/** What an operator should do; undefined for errors that are not a vendor's server's. */
export function upstreamRemedy(error: unknown): string | undefined {
  if (error instanceof TokenError) return OF_TOKENS[error.code];
  if (!(error instanceof UpstreamError)) return undefined;
  return error.code === 'status' ? ofStatus(error.status ?? 500) : OF_CALLS[error.code];
}

const OF_TOKENS: Readonly<Record<TokenErrorCode, string>> = {
  refused: 'Look at the account’s rights with the vendor, and whether it is logged in elsewhere as well.',
  unusable: 'Compare this machine’s clock with the vendor’s, and how long the vendor’s tokens live.',
  closed: 'Nothing: the gateway stops.',
};

const OF_CALLS: Readonly<Record<Exclude<UpstreamError['code'], 'status'>, string>> = {
  unreachable:
    'Check that the server runs, and that this machine reaches it: the name and port in the session’s configuration, its certificate, a firewall between them.',
  'circuit-open': 'Nothing: it is called again in a few seconds. The lines before say what it failed with.',
  timeout: 'Look at the vendor’s status page and the network, or give it longer with the session’s timeout.',
  lost: 'Look at the server’s log, and whether a proxy between it and this machine ends connections.',
  malformed:
    'Compare the address in the session’s configuration with the vendor’s: its API does not answer like that.',
};

function ofStatus(status: number): string {
  if (status === 401 || status === 403)
    return 'Compare the credentials in the session’s configuration with the vendor’s: they are wrong, revoked, or lack a right.';
  if (status < 500)
    return 'Compare the address, the ids and the scope in the session’s configuration with what the vendor asks for.';
  return 'Look at the vendor’s status page: the fault is in its server. The next call tries again.';
}
