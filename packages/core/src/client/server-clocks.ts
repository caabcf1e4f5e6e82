/** How far the servers' clocks are from ours, as their refusals tell it. */
import { HOUR, SECOND } from '../freshness.ts';

/** A refused request: when it went out and came back by our clock, and how far that clock was corrected. */
export interface RefusedExchange {
  readonly url: URL;
  readonly headers: Headers;
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly offsetMs: number;
}

export interface ServerClocks {
  /** What to add to our clock for this server. Default 0. */
  offsetMs(url: URL): number;
  /** Learns a server's clock. Returns whether it differs from the one that was signed with. */
  learn(exchange: RefusedExchange): boolean;
}

/**
 * A smaller difference is no cause of a refusal: the tightest tolerance of a provider is 5 s, and a signed
 * timestamp and a `Date` are cut to whole seconds.
 */
const MIN_DIFFERENCE_MS = 4 * SECOND;

/** Enough for every wrong time zone. What is signed for a clock further ahead could be used that much later. */
const MAX_OFFSET_MS = 24 * HOUR;

/** The oldest is forgotten first, and learnt again when it is needed. */
const MAX_SERVERS = 1000;

/** Clocks by origin: what one server says of the time changes nothing that another one is sent. */
export function createServerClocks(): ServerClocks {
  const offsets = new Map<string, number>();
  return {
    offsetMs: ({ origin }) => offsets.get(origin) ?? 0,
    learn({ url, headers, sentMs, receivedMs, offsetMs }) {
      const dateMs = isTrusted(url) ? readDate(headers) : undefined;
      if (dateMs === undefined) return false;
      // The server read its clock between the two, and cut it to the second.
      const roundTripMs = Math.max(0, receivedMs - sentMs);
      const learntMs = Math.round(dateMs + SECOND / 2 - (sentMs + roundTripMs / 2));
      const errorMs = SECOND / 2 + roundTripMs / 2;
      if (Math.abs(learntMs - offsetMs) <= MIN_DIFFERENCE_MS + errorMs) return false;
      if (Math.abs(learntMs) > MAX_OFFSET_MS) return false;
      offsets.delete(url.origin);
      for (const oldest of offsets.keys()) {
        if (offsets.size < MAX_SERVERS) break;
        offsets.delete(oldest);
      }
      offsets.set(url.origin, learntMs);
      return true;
    },
  };
}

/** Elsewhere anyone on the way can write the `Date`, and read what is then signed for it. */
function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** RFC 9110 §5.6.7: what a sender must generate. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

function readDate(headers: Headers): number | undefined {
  const text = headers.get('date') ?? '';
  // An answer out of a cache tells when it was put there (RFC 9111 §5.1).
  if (headers.has('age') || !IMF_FIXDATE.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
