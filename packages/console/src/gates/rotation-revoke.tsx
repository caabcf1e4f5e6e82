/** The last step: the old key proves nothing any more. */
import type { GateKeyView } from '@countersign/api';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { ROTATION } from '../words/keys.ts';
import { KeyRequests } from './key-requests.tsx';
import { SafeToRetire } from './safe-to-retire.tsx';
import { changeFailure, useKeyChange } from './use-gate-keys.ts';

export interface RevokeStepProps {
  readonly gate: string;
  readonly old: GateKeyView;
  readonly mayChange: boolean;
  readonly onBack: () => void;
  readonly onFinish: () => void;
}

export function RevokeStep({ gate, old, mayChange, onBack, onFinish }: RevokeStepProps) {
  const { revoke: words } = ROTATION;
  const [isAsking, setAsking] = useState(false);
  const change = useKeyChange(gate);
  if (old.state === 'revoked')
    return (
      <div className="stack">
        <NoteBox tone="good" role="status">
          <p>{words.done(old.id)}</p>
          {old.source === 'configuration' && <p>{words.cleanUp(old.id)}</p>}
        </NoteBox>
        <div>
          <Button kind="primary" onClick={onFinish}>
            {words.finish}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="stack">
      <p>{words.lead(old.id)}</p>
      <SafeToRetire of={old} />
      <KeyRequests gate={gate} keyId={old.id} />
      {change.isError && (
        <NoteBox tone="bad" role="alert">
          <p>{changeFailure(change.error)}</p>
        </NoteBox>
      )}
      <div className="row">
        <Button kind="danger" disabled={!mayChange || change.isPending} onClick={() => setAsking(true)}>
          {words.submit(old.id)}
        </Button>
        <Button onClick={onBack}>{ROTATION.back}</Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={words.submit(old.id)}
          confirm={words.submit(old.id)}
          kind="danger"
          onConfirm={() => change.mutate([{ key: old.id, change: 'revoke' }])}
          onClose={() => setAsking(false)}
        >
          <p>{words.confirm(old.id, old.hitsLastHour)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
