/** Where the events of a gate, a session or the gateway itself are delivered; none where it delivers nowhere. */
import type { Config } from '../config/config.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import { OPERATOR_GATE } from '../config/destination-rules.ts';

/** @param source a gate’s or session’s name, or that of the gateway’s own events: no two share one */
export function destinationsOf(
  source: string,
  {
    gates,
    sessions,
    destinations,
    operatorEvents,
  }: Pick<Config, 'gates' | 'sessions' | 'destinations' | 'operatorEvents'>,
): readonly DestinationConfig[] {
  if (source === OPERATOR_GATE) return destinations.filter(({ name }) => name === operatorEvents);
  const outcome = gates.find(({ name }) => name === source)?.outcome;
  const session = sessions.find(({ name }) => name === source);
  const names = outcome?.kind === 'keep' ? outcome.deliver : (session?.deliver ?? []);
  return destinations.filter(({ name }) => names.includes(name));
}
