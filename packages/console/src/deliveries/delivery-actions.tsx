/** What can be done with one delivery, by its state. */
import type { DeliveryChangeInput, DeliveryWithAttemptsView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { SendElsewhere } from './send-elsewhere.tsx';

type Change = DeliveryChangeInput['change'];

export function DeliveryActions({ delivery }: { readonly delivery: DeliveryWithAttemptsView }) {
  const { actions: words } = DELIVERIES.detail;
  const { event, destination, state, blocks } = delivery;
  const [asked, setAsked] = useState<Change | 'elsewhere'>();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (word: Change) =>
      call('changeDeliveries', {
        change: word,
        event,
        destination,
        // What has gone on meanwhile is not changed.
        state: word === 'redrive' ? state : undefined,
      }),
    onSettled: () => {
      for (const route of ['delivery', 'deliveries', 'destinations'])
        void queries.invalidateQueries({ queryKey: [route] });
    },
  });
  const close = (): void => setAsked(undefined);
  const isEnded = state === 'dead' || state === 'cancelled' || state === 'muted';
  const redrive = isEnded ? words.redrive : state === 'delivered' ? words.again : words.redriveNow;
  const titles = { redrive, cancel: words.cancel, skip: words.skip };
  const sure = {
    redrive: state === 'delivered' ? words.againSure(destination) : words.redriveSure(destination),
    cancel: words.cancelSure,
    skip: words.skipSure,
  };
  const done = change.data !== undefined && (change.data.changed === 0 ? 'nothing' : change.variables);
  return (
    <div className="stack tight">
      <div className="row">
        {state !== 'behind' && (
          <RoleButton
            needs="operator"
            kind={isEnded ? 'primary' : undefined}
            disabled={change.isPending}
            onClick={() => setAsked('redrive')}
          >
            {redrive}
          </RoleButton>
        )}
        {(state === 'waiting' || state === 'behind') && (
          <RoleButton needs="operator" disabled={change.isPending} onClick={() => setAsked('cancel')}>
            {words.cancel}
          </RoleButton>
        )}
        {state === 'dead' && blocks && (
          <RoleButton needs="operator" disabled={change.isPending} onClick={() => setAsked('skip')}>
            {words.skip}
          </RoleButton>
        )}
        <RoleButton needs="operator" onClick={() => setAsked('elsewhere')}>
          {words.other}
        </RoleButton>
        <span role="status" className="small soft">
          {done !== false && done !== undefined && words.done[done]}
        </span>
      </div>
      {change.isError && <Failure error={change.error} />}
      {asked !== undefined && asked !== 'elsewhere' && (
        <ConfirmDialog
          title={titles[asked]}
          confirm={titles[asked]}
          kind={asked === 'redrive' ? undefined : 'danger'}
          onConfirm={() => change.mutate(asked)}
          onClose={close}
        >
          <p>{sure[asked]}</p>
        </ConfirmDialog>
      )}
      {asked === 'elsewhere' && <SendElsewhere event={event} destination={destination} onClose={close} />}
    </div>
  );
}
