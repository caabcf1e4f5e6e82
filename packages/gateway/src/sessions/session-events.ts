/** What a session keeps: the vendor's webhooks and what its broker has done, as events that go where `deliver` says. */
import { createHash } from 'node:crypto';
import type { SessionConfig } from '../config/config.ts';
import { createFilteredEvent } from '../deliver/filtered-event.ts';
import type { Matching } from '../deliver/matching.ts';
import type { HeaderVault } from '../sealed/withheld-headers.ts';
import type { EventStore, KeptEvent } from '../stores/event-store.ts';
import type { BrokerParts, SessionDeed } from './broker.ts';
import { PROOF_KEY_ID } from './session-proof.ts';

export interface SessionEventsOptions {
  readonly session: Pick<SessionConfig, 'name' | 'broker'>;
  /** Whether its webhooks prove themselves. */
  readonly isProved: boolean;
  readonly events: Pick<EventStore, 'keep'>;
  readonly vault: HeaderVault;
  /** Which destinations an event goes to. Undefined: the session delivers nowhere. */
  readonly matching: Matching | undefined;
  /** An event was kept with deliveries to these. */
  readonly wake: (destinations: readonly string[]) => void;
  readonly now: () => number;
  readonly newEventId: () => string;
}

/** As of a gate's events: a longer text names no type. */
const MAX_TYPE_LENGTH = 256;

export function createSessionEvents(options: SessionEventsOptions): Pick<BrokerParts, 'keep' | 'tell'> {
  const { session, isProved, events, vault, matching, wake, now, newEventId } = options;
  const keep = async (event: KeptEvent): Promise<void> => {
    // What proves a session says nothing of types: the broker does.
    const deliveries = await matching?.(createFilteredEvent(event, undefined));
    // Both in one transaction: what is acknowledged is delivered, whatever ends this process.
    const { kept } = await events.keep(event, [], deliveries);
    if (kept && deliveries !== undefined && deliveries.length > 0)
      wake(deliveries.map(({ destination }) => destination));
  };
  const origin = { gate: session.name, provider: session.broker };
  return {
    keep: ({ request: { method, url, headers, body } }, type) => {
      const id = newEventId();
      return keep({
        id,
        ...origin,
        keyId: isProved ? PROOF_KEY_ID : 'none',
        method,
        url,
        body,
        ...(type.length <= MAX_TYPE_LENGTH && { type }),
        receivedMs: Math.floor(now()),
        ...vault.withhold(id, headers.flat),
      });
    },
    tell: (deed) => {
      const receivedMs = Math.floor(now());
      return keep({
        id: newEventId(),
        ...origin,
        keyId: '',
        type: deed.type,
        receivedMs,
        method: 'POST',
        url: '/',
        headers: ['content-type', 'application/json'],
        body: bodyOf(deed, receivedMs),
        claim: { identity: identityOf(deed), untilMs: receivedMs + deed.rememberMs },
      });
    },
  };
}

/** As Standard Webhooks has it: type, timestamp, data. */
function bodyOf({ type, data }: SessionDeed, atMs: number): Uint8Array {
  return Buffer.from(JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data }));
}

/** The same for the same deed, whoever tells it: a gateway that is killed before it has noted it tells it again. */
function identityOf({ type, subject }: SessionDeed): Uint8Array {
  const digest = createHash('sha256')
    .update(JSON.stringify([type, subject]))
    .digest();
  return new Uint8Array(digest.subarray(0, 16));
}
