import type { DestinationView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { DESTINATIONS } from '../words/destinations.ts';
import { healthOf } from './health.ts';

export function HealthBadge({ view }: { readonly view: DestinationView }) {
  const { word, tone } = healthOf(view);
  return (
    <>
      <Badge tone={tone}>{DESTINATIONS.states[word]}</Badge>
      {view.muted && <Badge tone="warn">{DESTINATIONS.muted}</Badge>}
    </>
  );
}
