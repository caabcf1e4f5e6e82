/** What a filter names, in words. */
import type { DeliveryFilter } from '@countersign/api';
import { Facts } from '../ui/facts.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { DELIVERIES } from '../words/deliveries.ts';

export interface FilterFactsProps {
  readonly change: 'redrive' | 'cancel';
  readonly filter: DeliveryFilter;
}

export function FilterFacts({ change, filter }: FilterFactsProps) {
  const { filter: words, many, states } = DELIVERIES;
  const { destination, state, gate, event, code, since, until } = filter;
  const isWide = [destination, gate, event, code, since, until].every((value) => value === undefined);
  const byDefault = change === 'redrive' ? many.deadByDefault : many.unfinished;
  return (
    <Facts
      facts={[
        { name: words.state, value: state === undefined ? byDefault : states[state] },
        isWide ? { name: many.of, value: many.all } : undefined,
        destination === undefined
          ? undefined
          : { name: words.destination, value: <StrangersText text={destination} /> },
        gate === undefined ? undefined : { name: words.gate, value: <StrangersText text={gate} /> },
        event === undefined ? undefined : { name: words.event, value: <StrangersText text={event} /> },
        code === undefined ? undefined : { name: words.code, value: <StrangersText text={code} /> },
        since === undefined ? undefined : { name: words.since, value: <Time at={since} /> },
        until === undefined ? undefined : { name: words.until, value: <Time at={until} /> },
      ]}
    />
  );
}
