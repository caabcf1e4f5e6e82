/** The switches of a destination: each says first what it will do. */
import type { DestinationChangeInput, DestinationChangeWord, DestinationView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import type { Filters } from '../shell/search.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Field } from '../ui/field.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { DESTINATIONS } from '../words/destinations.ts';
import { waitingOf } from './health.ts';

export interface DestinationActionsProps {
  readonly view: DestinationView;
  readonly filters: Filters;
}

/** What the API takes. */
const MOST_PER_SECOND = 100_000;

export function DestinationActions({ view, filters }: DestinationActionsProps) {
  const { actions: words } = DESTINATIONS;
  const { name, state, muted, kind } = view;
  const [asked, setAsked] = useState<DestinationChangeWord>();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (input: DestinationChangeInput) =>
      call('changeDestination', Object.assign({ destination: name }, input)),
    onSettled: () => {
      for (const route of ['destinations', 'deliveries', 'delivery'])
        void queries.invalidateQueries({ queryKey: [route] });
    },
  });
  const isTried = filters.get('try') === name;
  return (
    <div className="stack tight actions">
      <div className="row">
        <span role="status" className="small soft">
          {change.isSuccess && words.changed[change.variables.change]}
        </span>
        <RoleButton
          needs="operator"
          disabled={change.isPending}
          onClick={() => setAsked(state === 'active' ? 'pause' : 'resume')}
        >
          {state === 'active' ? words.pause : words.resume}
        </RoleButton>
        <RoleButton
          needs="operator"
          disabled={change.isPending}
          onClick={() => setAsked(muted ? 'unmute' : 'mute')}
        >
          {muted ? words.unmute : words.mute}
        </RoleButton>
        {kind !== undefined && (
          <Button
            aria-expanded={isTried}
            onClick={() =>
              filters.set({ try: isTried ? undefined : name, event: undefined, form: undefined })
            }
          >
            {words.tryOut}
          </Button>
        )}
      </div>
      {change.isError && <Failure error={change.error} />}
      {asked !== undefined && (
        <ChangeDialog
          word={asked}
          view={view}
          onConfirm={(drainPerSecond) => change.mutate({ change: asked, drainPerSecond })}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

interface ChangeDialogProps extends Pick<DestinationActionsProps, 'view'> {
  readonly word: DestinationChangeWord;
  /** @param drainPerSecond of one that is resumed, where it was said */
  readonly onConfirm: (drainPerSecond: number | undefined) => void;
  readonly onClose: () => void;
}

function ChangeDialog({ word, view, onConfirm, onClose }: ChangeDialogProps) {
  const { dialogs } = DESTINATIONS;
  const [rate, setRate] = useState('');
  const text =
    word === 'mute'
      ? dialogs.mute.text
      : word === 'unmute'
        ? dialogs.unmute.text(view.totals['muted'] ?? 0)
        : dialogs[word].text(waitingOf(view));
  return (
    <ConfirmDialog
      title={dialogs[word].title(view.name)}
      confirm={dialogs[word].confirm}
      onConfirm={() => onConfirm(rate === '' ? undefined : Number(rate))}
      onClose={onClose}
    >
      <p>{text}</p>
      {word === 'resume' && (
        <Field label={dialogs.resume.rate} hint={dialogs.resume.rateHint}>
          <input
            type="number"
            inputMode="numeric"
            min={1}
            max={MOST_PER_SECOND}
            step={1}
            value={rate}
            onChange={({ target }) => setRate(target.value)}
          />
        </Field>
      )}
    </ConfirmDialog>
  );
}
