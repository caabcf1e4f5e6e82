/** What a configuration says of where events are delivered, in words and for machines. */
import { type Config, type DestinationConfig, type GateConfig, targetText } from '@countersign/gateway';

type Destinations = Pick<Config, 'destinations'>;

/** A line a destination, for `check`; none where the gate delivers nowhere. */
export function deliveredLines(gate: GateConfig, config: Destinations): readonly string[] {
  return destinationsOf(gate, config).map(
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

/** Empty where the gate delivers nowhere. */
export function deliveredView(gate: GateConfig, config: Destinations): object {
  const destinations = destinationsOf(gate, config);
  if (destinations.length === 0) return {};
  return {
    delivers: destinations.map(({ name, target }) => ({
      name,
      kind: target.kind,
      target: targetText(target),
    })),
  };
}

function destinationsOf(
  { outcome }: GateConfig,
  { destinations }: Destinations,
): readonly DestinationConfig[] {
  if (outcome.kind !== 'keep') return [];
  return destinations.filter(({ name }) => outcome.deliver.includes(name));
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
