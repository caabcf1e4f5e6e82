/** What a configuration says of where events are delivered, in words and for machines. */
import { type Config, type DestinationConfig, destinationsOf, targetText } from '@countersign/gateway';

type Destinations = Pick<Config, 'gates' | 'sessions' | 'destinations' | 'operatorEvents'>;

/**
 * A line a destination, for `check`; none where it delivers nowhere.
 * @param source a gate’s or session’s name, or OPERATOR_GATE
 */
export function deliveredLines(source: string, config: Destinations): readonly string[] {
  return destinationsOf(source, config).map(
    (destination) =>
      `${destination.name}: ${destination.target.kind} ${targetText(destination.target)}${[
        ...conditionText(destination),
        ...signatureText(destination),
        ...(destination.order === undefined ? [] : ['in order by key']),
      ]
        .map((text) => `, ${text}`)
        .join('')}`,
  );
}

/** Empty where it delivers nowhere. */
export function deliveredView(source: string, config: Destinations): object {
  const destinations = destinationsOf(source, config);
  if (destinations.length === 0) return {};
  return {
    delivers: destinations.map(({ name, target }) => ({
      name,
      kind: target.kind,
      target: targetText(target),
    })),
  };
}

function conditionText({ when }: DestinationConfig): readonly string[] {
  const kinds = Object.keys(when ?? {});
  return kinds.length === 0 ? [] : [`by ${kinds.join(', ')}`];
}

function signatureText({ sign, proof }: DestinationConfig): readonly string[] {
  if (sign === 'sender') return ['signed anew as its sender signs'];
  if (sign !== undefined) return ['signed anew'];
  return proof === 'drop' ? ['without the sender’s proof'] : [];
}
