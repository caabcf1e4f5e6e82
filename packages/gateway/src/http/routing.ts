/** What requests are routed by until a reload of the configuration, and when the last of them is over. */
import type { PathTable } from '../paths/path-table.ts';
import type { Answerable, Connection } from './connection.ts';
import type { Endpoint } from './endpoints.ts';

export interface RoutingRules {
  readonly endpoints: PathTable<Endpoint>;
  /** Requests whose outcome is awaited, of all connections. */
  readonly maxInFlight: number;
}

export interface Routing extends RoutingRules {
  /** Outcomes of its requests that are on their way. */
  unsettled: number;
  /** Called when there are none any more. */
  onSettled: (() => void) | undefined;
}

export function createRouting({ endpoints, maxInFlight }: RoutingRules): Routing {
  return { endpoints, maxInFlight, unsettled: 0, onSettled: undefined };
}

/**
 * Resolves when every request is over that was routed by what another has taken the place of: its answer has left, or its sender, and
 * its outcome is settled.
 * @param connections those on which such requests may be
 */
export async function routedAreOver(
  routing: Routing,
  connections: Iterable<Connection<Answerable>>,
): Promise<void> {
  await Promise.all([...connections].map(answersLeft));
  if (routing.unsettled === 0) return;
  await new Promise<void>((resolve) => {
    routing.onSettled = resolve;
  });
}

/** Resolves when the answers to what has come so far on a connection have left, or the sender has. */
function answersLeft(connection: Connection<Answerable>): Promise<void> | undefined {
  if (connection.isIdle) return undefined;
  return new Promise((resolve) => {
    const forget = connection.onEnd(resolve);
    connection.afterAnswers(() => {
      forget();
      resolve();
    });
  });
}
