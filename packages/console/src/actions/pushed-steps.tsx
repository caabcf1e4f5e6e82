import type { PushedRegistrationView } from '@countersign/api';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { ACTIONS } from '../words/actions.ts';

/** What became of a push. */
export function PushedSteps({ pushed }: { readonly pushed: PushedRegistrationView }) {
  const { registration: words } = ACTIONS;
  const { done, failed, notTried } = pushed;
  return (
    <NoteBox tone={failed.length === 0 && notTried.length === 0 ? 'good' : 'bad'}>
      <p>{words.done(done.filter(({ deed }) => deed !== 'unchanged').length)}</p>
      {failed.length > 0 && (
        <ul className="input-issues">
          {failed.map(({ action, error, remedy }) => (
            <li key={action}>
              <span className="mono">
                <StrangersText text={action} />
              </span>
              : <StrangersText text={error} /> <Sentence text={remedy} />
            </li>
          ))}
        </ul>
      )}
      {notTried.length > 0 && <p>{words.notTried(notTried.length)}</p>}
    </NoteBox>
  );
}
