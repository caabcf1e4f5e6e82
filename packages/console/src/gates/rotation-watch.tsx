/** The second step: requests move from the old key to the new one. */
import type { GateKeyView } from '@countersign/api';
import { useState } from 'react';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { useNow } from '../ui/use-now.ts';
import { plainText } from '../ui/visible-text.ts';
import { ROTATION } from '../words/keys.ts';
import { UI } from '../words/ui.ts';
import { KeyRequests } from './key-requests.tsx';
import { changeFailure, useKeyChange } from './use-gate-keys.ts';

export interface WatchStepProps {
  readonly gate: string;
  readonly old: GateKeyView;
  readonly next: GateKeyView;
  readonly mayChange: boolean;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

export function WatchStep({ gate, old, next, mayChange, onBack, onNext }: WatchStepProps) {
  const { watch: words } = ROTATION;
  const isUsed = next.lastUsedAt !== undefined;
  return (
    <div className="stack">
      <p>{words.lead(old.id, next.id)}</p>
      <NotYetValid gate={gate} of={next} mayChange={mayChange} />
      <div className="rotation-keys">
        <KeyFigures name={words.fresh} view={next} />
        <KeyFigures name={words.old} view={old} />
      </div>
      <ShareBar old={old} next={next} />
      <p role="status">
        <Badge tone={isUsed ? 'good' : 'plain'}>{isUsed ? words.arrived : words.waiting}</Badge>
      </p>
      <KeyRequests gate={gate} keyId={old.id} />
      {!isUsed && <p className="small soft">{words.early}</p>}
      <div className="row">
        <Button kind="primary" onClick={onNext}>
          {ROTATION.next}
        </Button>
        <Button onClick={onBack}>{ROTATION.back}</Button>
      </div>
    </div>
  );
}

/** A key that begins later proves nothing meanwhile: no request would ever move to it. */
function NotYetValid({
  gate,
  of: { id, state, from },
  mayChange,
}: Pick<WatchStepProps, 'gate' | 'mayChange'> & { readonly of: GateKeyView }) {
  const { watch: words } = ROTATION;
  const now = useNow();
  const change = useKeyChange(gate);
  if (from === undefined || Date.parse(from) <= now) return null;
  const word = state === 'active' ? 'activate' : 'make-next';
  return (
    <NoteBox tone="warn">
      <p>
        {words.notYet(id)} <Time at={from} />.
      </p>
      {change.isError && <p role="alert">{changeFailure(change.error)}</p>}
      <div>
        <Button
          disabled={!mayChange || change.isPending}
          onClick={() => change.mutate([{ key: id, change: word, from: new Date(now).toISOString() }])}
        >
          {words.begin}
        </Button>
      </div>
    </NoteBox>
  );
}

function KeyFigures({ name, view }: { readonly name: string; readonly view: GateKeyView }) {
  const { watch: words } = ROTATION;
  // What came while somebody looks: an hour moves slowly.
  const [first] = useState(view.hits);
  const { id, hits, hitsLastHour, lastUsedAt } = view;
  return (
    <section className="key-figures" aria-label={plainText(`${name}: ${id}`)}>
      <h3>
        {name}{' '}
        <span className="mono soft">
          <StrangersText text={id} />
        </span>
      </h3>
      <dl>
        <div>
          <dt>{words.since}</dt>
          <dd>{(hits - first).toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>{words.hour}</dt>
          <dd>{hitsLastHour.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>{words.total}</dt>
          <dd>{hits.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>{words.last}</dt>
          <dd>{lastUsedAt === undefined ? UI.never : <Time at={lastUsedAt} show="relative" />}</dd>
        </div>
      </dl>
    </section>
  );
}

function ShareBar({ old, next }: Pick<WatchStepProps, 'old' | 'next'>) {
  const { watch: words } = ROTATION;
  const whole = old.hitsLastHour + next.hitsLastHour;
  if (whole === 0) return <p className="small soft">{words.nothing}</p>;
  const share = next.hitsLastHour / whole;
  const percent = `${Math.round(share * 100)} %`;
  return (
    <div className="share">
      <div
        className="share-bar"
        role="img"
        aria-label={words.bar(old.id, old.hitsLastHour, next.id, next.hitsLastHour)}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <span className="small soft">{words.share(percent)}</span>
    </div>
  );
}
