/** The servers' clocks, learnt from their refusals. */
import { dropOldest } from '../drop-oldest.ts';
import { HOUR } from '../freshness.ts';
import { clockDifferenceMs, type DatedAnswer } from './clock-difference.ts';

/** A refusal of what was signed by our clock with `offsetMs` added. */
export interface DatedRefusal extends DatedAnswer {
  readonly url: URL;
  readonly offsetMs: number;
}

export interface ServerClocks {
  /** What to add to our clock for this server, in milliseconds. Default 0. */
  offsetMs(url: URL): number;
  /** Learns a server's clock. Returns whether it differs from the one that signed. */
  learn(refusal: DatedRefusal): boolean;
}

/** Enough for every wrong time zone. What is signed for a clock further ahead could be used that much later. */
const MAX_OFFSET_MS = 24 * HOUR;

/** The oldest is forgotten first, and learnt again when it is needed. */
const MAX_SERVERS = 1000;

/** Clocks by origin: what one server says of the time changes nothing that another one is sent. */
export function createServerClocks(): ServerClocks {
  const offsets = new Map<string, number>();
  return {
    offsetMs: ({ origin }) => offsets.get(origin) ?? 0,
    learn({ url, offsetMs, ...answer }) {
      const differenceMs = isTrusted(url) ? clockDifferenceMs(answer) : undefined;
      if (differenceMs === undefined || Math.abs(offsetMs + differenceMs) > MAX_OFFSET_MS) return false;
      offsets.delete(url.origin);
      offsets.set(url.origin, offsetMs + differenceMs);
      dropOldest(offsets, MAX_SERVERS);
      return true;
    },
  };
}

/** Elsewhere anyone on the way can write the `Date`, and read what is then signed for it. */
function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
