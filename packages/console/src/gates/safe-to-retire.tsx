/** Whether senders have left a key, as the gateway judges it. */
import type { GateKeyView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { ROTATION } from '../words/keys.ts';

export function SafeToRetire({ of: { safeToRetire } }: { readonly of: GateKeyView }) {
  const { retire: words } = ROTATION;
  const { isSafe, sentence } = safeToRetire;
  return (
    <p className="row">
      <Badge tone={isSafe ? 'good' : 'warn'}>{isSafe ? words.safe : words.unsafe}</Badge>
      <Sentence text={sentence} />
    </p>
  );
}
