/** The guide that replaces a key without losing a request. Its place stands in the address: `rotate` the old key, `with` the new one, `step`. */
import type { GateKeysView } from '@countersign/api';
import { useState } from 'react';
import { useMay } from '../api/session.ts';
import type { Filters } from '../shell/search.ts';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { GATES } from '../words/gates.ts';
import { KEYS, ROTATION } from '../words/keys.ts';
import { AddStep } from './rotation-add.tsx';
import { RetireStep } from './rotation-retire.tsx';
import { RevokeStep } from './rotation-revoke.tsx';
import { SecretStep } from './rotation-secret.tsx';
import { ROTATION_STEPS, type RotationStep, stepOf } from './rotation-steps.ts';
import { WatchStep } from './rotation-watch.tsx';
import './rotation.css';

export interface RotationProps {
  readonly view: GateKeysView;
  readonly provider: string;
  readonly filters: Filters;
  /** The key that is replaced. */
  readonly old: string;
}

export function Rotation({ view, provider, filters, old }: RotationProps) {
  // In no address and no store: it is gone with this page.
  const [secret, setSecret] = useState<string>();
  const mayChange = useMay('admin');
  const oldKey = view.keys.find(({ id }) => id === old);
  const nextId = filters.get('with');
  const nextKey = view.keys.find(({ id }) => id === nextId);
  const step = stepOf(filters.get('step'), nextKey !== undefined);
  const go = (to: RotationStep, next = nextId): void => filters.set({ step: to, with: next });
  const stop = (): void => filters.set({ rotate: undefined, with: undefined, step: undefined });
  if (oldKey === undefined) return <KeyGone old={old} onStop={stop} />;
  const names = { gate: view.gate, old: oldKey };
  return (
    <section className="card stack rotation">
      <div className="row between">
        <h2>{ROTATION.title(old)}</h2>
        <Button onClick={stop} title={ROTATION.stopHint}>
          {ROTATION.stop}
        </Button>
      </div>
      <p className="soft">{ROTATION.lead}</p>
      <Steps current={step} canGo={nextKey !== undefined} onGo={go} />
      {!mayChange && <NoteBox tone="warn">{GATES.needs(KEYS.roleNeeded, 'admin')}</NoteBox>}
      {nextKey === undefined ? (
        <AddStep
          {...names}
          view={view}
          provider={provider}
          mayChange={mayChange}
          onAdded={(id, newSecret) => {
            setSecret(newSecret);
            go(newSecret === undefined ? 'watch' : 'add', id);
          }}
        />
      ) : (
        {
          add: () => (
            <SecretStep
              secret={secret}
              provider={provider}
              onStored={() => {
                setSecret(undefined);
                go('watch');
              }}
              onBack={() => filters.set({ with: undefined, step: undefined })}
            />
          ),
          watch: () => (
            <WatchStep
              {...names}
              next={nextKey}
              mayChange={mayChange}
              onBack={() => go('add')}
              onNext={() => go('retire')}
            />
          ),
          retire: () => (
            <RetireStep
              {...names}
              next={nextKey}
              mayChange={mayChange}
              onBack={() => go('watch')}
              onNext={() => go('revoke')}
            />
          ),
          revoke: () => (
            <RevokeStep {...names} mayChange={mayChange} onBack={() => go('retire')} onFinish={stop} />
          ),
        }[step]()
      )}
    </section>
  );
}

interface KeyGoneProps extends Pick<RotationProps, 'old'> {
  readonly onStop: () => void;
}

function KeyGone({ old, onStop }: KeyGoneProps) {
  return (
    <NoteBox tone="warn">
      <p>{ROTATION.gone(old)}</p>
      <div>
        <Button onClick={onStop}>{ROTATION.stop}</Button>
      </div>
    </NoteBox>
  );
}

interface StepsProps {
  readonly current: RotationStep;
  readonly canGo: boolean;
  readonly onGo: (step: RotationStep) => void;
}

function Steps({ current, canGo, onGo }: StepsProps) {
  const place = ROTATION_STEPS.indexOf(current);
  return (
    <ol className="rotation-steps" aria-label={ROTATION.stepLabel}>
      {ROTATION_STEPS.map((step, i) => {
        const state = i < place ? 'done' : i === place ? 'now' : 'later';
        return (
          <li key={step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <button type="button" disabled={!canGo} onClick={() => onGo(step)}>
              <span className="sign" aria-hidden="true">
                {state === 'done' ? '✓' : i + 1}
              </span>
              <span>{ROTATION.steps[step]}</span>
              <span className="visually-hidden">: {ROTATION.stepState[state]}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
