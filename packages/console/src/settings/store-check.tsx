import { useMutation } from '@tanstack/react-query';
import { useMay } from '../api/session.ts';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { SETTINGS } from '../words/settings.ts';

/** Whether the store is whole. */
export function StoreCheck() {
  const { store: words } = SETTINGS;
  const mayCheck = useMay('operator');
  const check = useMutation({ mutationFn: () => call('verifyStore', {}) });
  return (
    <section className="card stack tight">
      <h2>{words.verifyTitle}</h2>
      <p className="soft">{words.verifyLead}</p>
      <div className="row">
        <Button disabled={!mayCheck || check.isPending} onClick={() => check.mutate()}>
          {words.verify}
        </Button>
        <span role="status" className="small soft">
          {check.isPending && words.verifying}
          {!mayCheck && SETTINGS.needs(words.operatorNeeded, 'operator')}
        </span>
      </div>
      {check.isError && <Failure error={check.error} />}
      {check.data !== undefined && (
        <NoteBox tone={check.data.findings.length === 0 ? 'good' : 'bad'} role="status">
          {check.data.findings.length === 0 ? (
            <p>{words.whole(check.data.events)}</p>
          ) : (
            <>
              <h3>{words.findings}</h3>
              <ul className="findings-list">
                {check.data.findings.map(({ code, problem }) => (
                  <li key={`${code} ${problem}`}>
                    <Sentence text={problem} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </NoteBox>
      )}
    </section>
  );
}
