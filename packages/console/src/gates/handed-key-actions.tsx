/** Opens a gate for the key that its sender hands over, closes it again, and shows what came, once. */
import type { HandedKeyView, KeyDeliveryView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Field } from '../ui/field.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { HANDED_KEY } from '../words/handed-key.ts';
import type { DeliveryState } from './key-state.ts';

const DEFAULT_MINUTES = 10;
/** What the API takes. */
const MOST_MINUTES = 60;

export interface HandedKeyActionsProps {
  readonly view: KeyDeliveryView;
  readonly state: DeliveryState;
  /** The secret is answered this once. */
  readonly onReveal: (key: HandedKeyView) => void;
}

export function HandedKeyActions({ view, state, onReveal }: HandedKeyActionsProps) {
  const { gate } = view;
  const [asked, setAsked] = useState<'open' | 'close' | 'reveal'>();
  // A key has come meanwhile: closed for keys now, the gate would not show it any more.
  if (asked === 'close' && state !== 'open') setAsked(undefined);
  const queries = useQueryClient();
  const refresh = async (): Promise<void> => {
    for (const route of ['keyDelivery', 'gateKeys', 'gates'])
      await queries.invalidateQueries({ queryKey: [route] });
  };
  const open = useMutation({
    mutationFn: (minutes: number) => call('openKeyDelivery', { gate, minutes }),
    onSettled: refresh,
  });
  const reveal = useMutation({
    mutationFn: () => call('revealHandedKey', { gate }),
    onSuccess: onReveal,
    onSettled: refresh,
    // The answer has the secret: no longer than somebody looks.
    gcTime: 0,
  });
  const isPending = open.isPending || reveal.isPending;
  const ask = (word: typeof asked): void => {
    // What failed earlier says nothing of what is done next.
    open.reset();
    reveal.reset();
    setAsked(word);
  };
  const dialog = { view, onClose: () => setAsked(undefined) };
  return (
    <>
      <div className="row">
        {state === 'taken' && (
          <RoleButton needs="admin" kind="primary" disabled={isPending} onClick={() => ask('reveal')}>
            {HANDED_KEY.reveal.button}
          </RoleButton>
        )}
        {state === 'open' ? (
          <RoleButton needs="admin" disabled={isPending} onClick={() => ask('close')}>
            {HANDED_KEY.close.button}
          </RoleButton>
        ) : (
          <RoleButton
            needs="admin"
            kind={state === 'closed' ? 'primary' : undefined}
            disabled={isPending}
            onClick={() => ask('open')}
          >
            {HANDED_KEY.open.button}
          </RoleButton>
        )}
      </div>
      {open.isError && <Failure error={open.error} />}
      {reveal.isError && <Failure error={reveal.error} />}
      {asked === 'open' && <OpenDialog {...dialog} onOpen={(minutes) => open.mutate(minutes)} />}
      {asked === 'close' && (
        <ConfirmDialog
          title={HANDED_KEY.close.title(gate)}
          confirm={HANDED_KEY.close.confirm}
          onConfirm={() => open.mutate(0)}
          onClose={dialog.onClose}
        >
          <p>{HANDED_KEY.close.text}</p>
        </ConfirmDialog>
      )}
      {asked === 'reveal' && (
        <ConfirmDialog
          title={HANDED_KEY.reveal.title(gate)}
          confirm={HANDED_KEY.reveal.confirm}
          onConfirm={() => reveal.mutate()}
          onClose={dialog.onClose}
        >
          <p>{HANDED_KEY.reveal.text}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface OpenDialogProps extends Pick<HandedKeyActionsProps, 'view'> {
  readonly onOpen: (minutes: number) => void;
  readonly onClose: () => void;
}

function OpenDialog({ view: { gate, takenKeyId }, onOpen, onClose }: OpenDialogProps) {
  const { open: words } = HANDED_KEY;
  const [minutes, setMinutes] = useState(String(DEFAULT_MINUTES));
  return (
    <ConfirmDialog
      title={words.title(gate)}
      confirm={words.confirm}
      onConfirm={() => onOpen(Number(minutes))}
      onClose={onClose}
    >
      <p>{words.text}</p>
      {takenKeyId !== undefined && <p>{words.forgets(takenKeyId)}</p>}
      <Field label={words.minutes} hint={words.minutesHint(MOST_MINUTES)}>
        <input
          type="number"
          inputMode="numeric"
          required
          min={1}
          max={MOST_MINUTES}
          step={1}
          value={minutes}
          onChange={({ target }) => setMinutes(target.value)}
        />
      </Field>
    </ConfirmDialog>
  );
}
