/** The secret that the gateway made, once. */
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { ROTATION } from '../words/keys.ts';
import { SenderSetUp } from './sender-set-up.tsx';

export interface SecretStepProps {
  /** Undefined: it was shown, or the sender made it. */
  readonly secret: string | undefined;
  readonly provider: string;
  readonly onStored: () => void;
  readonly onBack: () => void;
}

export function SecretStep({ secret, provider, onStored, onBack }: SecretStepProps) {
  const { secret: words } = ROTATION;
  return (
    <div className="stack">
      {secret === undefined ? (
        <NoteBox>
          <p>{words.gone}</p>
        </NoteBox>
      ) : (
        <NoteBox tone="warn" role="status">
          <h3>{words.title}</h3>
          <p>{words.lead}</p>
          <Code text={secret} label={words.title} />
        </NoteBox>
      )}
      <SenderSetUp provider={provider} />
      <div className="row">
        <Button kind="primary" onClick={onStored}>
          {secret === undefined ? ROTATION.next : words.stored}
        </Button>
        {secret === undefined && <Button onClick={onBack}>{ROTATION.back}</Button>}
      </div>
    </div>
  );
}
