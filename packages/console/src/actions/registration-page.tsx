/** A gate’s actions beside those that its platform has: what differs, and a push of just that. */
import { AdminError } from '@countersign/api';
import { Link, useParams } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { useCall } from '../api/use-call.ts';
import { useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Page } from '../ui/page.tsx';
import { ACTIONS } from '../words/actions.ts';
import { UI } from '../words/ui.ts';
import { RegistrationPlan } from './registration-plan.tsx';
import './actions.css';

export function RegistrationPage() {
  const { registration: words } = ACTIONS;
  const { gate = '' } = useParams({ strict: false });
  const filters = useFilters();
  const mayLook = useMay('operator');
  const prune = filters.get('prune') === 'yes';
  const plan = useCall('registration', { gate, ...(prune && { prune }) }, { enabled: mayLook });
  const registersNothing = plan.error instanceof AdminError && plan.error.code === 'no-registration';
  return (
    <Page
      title={words.title(gate)}
      lead={words.lead}
      actions={
        <>
          <Link to="/actions">{ACTIONS.back}</Link>
          <Button disabled={!mayLook || plan.isFetching} onClick={() => void plan.refetch()}>
            {words.again}
          </Button>
        </>
      }
    >
      <div className="stack actions">
        {registersNothing ? (
          <RegistersNothing />
        ) : (
          <label className="row">
            <input
              type="checkbox"
              checked={prune}
              onChange={({ target }) => filters.set({ prune: target.checked ? 'yes' : undefined })}
            />
            {words.prune}
          </label>
        )}
        {!mayLook && (
          <NoteBox tone="note">
            <p>{UI.roleMissing('operator')}</p>
          </NoteBox>
        )}
        {mayLook && !registersNothing && (
          <Answered query={plan}>
            {(view) => (
              <RegistrationPlan
                key={view.hash}
                gate={gate}
                plan={view}
                onPushed={() => void plan.refetch()}
              />
            )}
          </Answered>
        )}
      </div>
    </Page>
  );
}

function RegistersNothing() {
  const { registration: words } = ACTIONS;
  return (
    <Empty title={words.none}>
      <p>{words.noneHint}</p>
      <div className="how-to-write">
        <Code text={words.noneConfig} label={words.noneLabel} />
      </div>
    </Empty>
  );
}
