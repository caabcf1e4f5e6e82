/** The key that a sender hands over when it tests the address: whether the gate waits for one, and which one came. */
import type { HandedKeyView, KeyDeliveryView } from '@countersign/api';
import { useState } from 'react';
import { useCall } from '../api/use-call.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { Facts } from '../ui/facts.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Time } from '../ui/time.tsx';
import type { Tone } from '../ui/tone.ts';
import { HANDED_KEY } from '../words/handed-key.ts';
import { HandedKeyActions } from './handed-key-actions.tsx';
import { type DeliveryState, deliveryStateOf } from './key-state.ts';
import { KEYS_EVERY_MS } from './use-gate-keys.ts';

const TONES: Readonly<Record<DeliveryState, Tone>> = { closed: 'plain', open: 'warn', taken: 'good' };

export interface HandedKeyProps {
  readonly gate: string;
  /** Whether a key could be stored. */
  readonly canTake: boolean;
}

export function HandedKey({ gate, canTake }: HandedKeyProps) {
  const delivery = useCall('keyDelivery', { gate }, { everyMs: KEYS_EVERY_MS, enabled: canTake });
  return (
    <section className="card stack tight" aria-label={HANDED_KEY.title}>
      {canTake ? (
        <Answered query={delivery}>{(view) => <Delivery view={view} />}</Answered>
      ) : (
        <>
          <h2>{HANDED_KEY.title}</h2>
          <p>{HANDED_KEY.noStoreKey}</p>
        </>
      )}
    </section>
  );
}

function Delivery({ view }: { readonly view: KeyDeliveryView }) {
  const { openUntil, takenKeyId = '' } = view;
  // In no address and no store: it is gone with this page.
  const [key, setKey] = useState<HandedKeyView>();
  const state = deliveryStateOf(view);
  return (
    <>
      <div className="row between">
        <h2>{HANDED_KEY.title}</h2>
        <Badge tone={TONES[state]}>{HANDED_KEY.states[state]}</Badge>
      </div>
      <p className="soft">{HANDED_KEY.lead}</p>
      <p role="status">{HANDED_KEY.says[state](takenKeyId)}</p>
      {openUntil !== undefined && (
        <Facts facts={[{ name: HANDED_KEY.until, value: <Time at={openUntil} /> }]} />
      )}
      {state === 'taken' && <p className="small soft">{HANDED_KEY.stranger}</p>}
      <HandedKeyActions view={view} state={state} onReveal={setKey} />
      {key !== undefined && <Secret view={key} onHide={() => setKey(undefined)} />}
    </>
  );
}

function Secret({
  view: { keyId, secret },
  onHide,
}: {
  readonly view: HandedKeyView;
  readonly onHide: () => void;
}) {
  const { reveal: words } = HANDED_KEY;
  return (
    <NoteBox tone="warn" role="status">
      <h3>{words.shown(keyId)}</h3>
      <p>{words.lead}</p>
      <Code text={secret} label={words.shown(keyId)} />
      <Button onClick={onHide}>{words.hide}</Button>
    </NoteBox>
  );
}
