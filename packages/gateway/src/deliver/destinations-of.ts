/** Where the events of a gate or session are delivered; none where it delivers nowhere. */
import type { Config } from '../config/config.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';

/** @param source a gate’s or session’s name: no two share one */
export function destinationsOf(
  source: string,
  { gates, sessions, destinations }: Pick<Config, 'gates' | 'sessions' | 'destinations'>,
): readonly DestinationConfig[] {
  const outcome = gates.find(({ name }) => name === source)?.outcome;
  const session = sessions.find(({ name }) => name === source);
  const names = outcome?.kind === 'keep' ? outcome.deliver : (session?.deliver ?? []);
  return destinations.filter(({ name }) => names.includes(name));
}
