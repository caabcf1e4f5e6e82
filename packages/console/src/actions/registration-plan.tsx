/** The steps of a plan with their differences; pushed once somebody has said so. */
import type { PushedRegistrationView, RegistrationPlanView } from '@countersign/api';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../api/session.ts';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { ACTIONS } from '../words/actions.ts';
import { UI } from '../words/ui.ts';
import { PushedSteps } from './pushed-steps.tsx';
import { RegistrationStep } from './registration-step.tsx';

export interface RegistrationPlanProps {
  readonly gate: string;
  readonly plan: RegistrationPlanView;
  readonly onPushed: () => void;
}

export function RegistrationPlan({ gate, plan, onPushed }: RegistrationPlanProps) {
  const { registration: words } = ACTIONS;
  const { apiUrl, gates, steps, actionsAfter, calls, problem, remedy, prune, hash } = plan;
  const [isAsking, setAsking] = useState(false);
  const mayPush = useMay('admin');
  const push = useMutation({
    mutationFn: (): Promise<PushedRegistrationView> =>
      call('pushRegistration', { gate, plan: hash, ...(prune && { prune }) }),
  });
  const changes = steps.filter(({ step }) => step !== 'unchanged' && (prune || step !== 'delete'));
  const canPush = mayPush && changes.length > 0 && problem === undefined && push.data === undefined;
  return (
    <>
      <section className="card">
        <Facts
          facts={[
            { name: words.platform, value: <span className="mono">{apiUrl}</span> },
            { name: words.gates, value: gates.join(', ') },
            { name: words.after, value: actionsAfter.toLocaleString('en') },
            { name: words.calls, value: calls.toLocaleString('en') },
          ]}
        />
      </section>
      {problem !== undefined && (
        <NoteBox tone="bad">
          <p>
            <Sentence text={`${problem}. ${remedy}`} />
          </p>
        </NoteBox>
      )}
      <section className="card gate-actions" aria-label={words.steps}>
        <ul>
          {steps.map((step) => (
            <RegistrationStep key={`${step.step}${step.action}`} step={step} prune={prune} />
          ))}
        </ul>
      </section>
      <div className="row">
        <Button kind="primary" disabled={!canPush} onClick={() => setAsking(true)}>
          {words.push}
        </Button>
        <span className="small soft">
          {mayPush ? words.changes(changes.length) : UI.roleMissing('admin')}
        </span>
      </div>
      <div role="status">
        {push.isPending && <p className="soft">{words.pushing}</p>}
        {push.data !== undefined && (
          <div className="stack tight">
            <PushedSteps pushed={push.data} />
            <div>
              <Button onClick={onPushed}>{words.again}</Button>
            </div>
          </div>
        )}
        {push.isError && <Failure error={push.error} onAgain={onPushed} />}
      </div>
      {isAsking && (
        <ConfirmDialog
          title={words.push}
          confirm={words.push}
          onConfirm={() => push.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.sure(changes.length, apiUrl)}</p>
          {prune && <p>{words.sureDeleted(steps.filter(({ step }) => step === 'delete').length)}</p>}
        </ConfirmDialog>
      )}
    </>
  );
}
