/** The deliveries of an event, and another sending of it to where it was on its way. */
import type { DeliveryWithAttemptsView, EventView, ResentView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import { DeliveryState } from '../deliveries/delivery-state.tsx';
import { deliveryAddress } from '../shell/addresses.ts';
import { Failure } from '../ui/answered.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { REQUEST } from '../words/request.ts';

export function EventDeliveries({ event }: { readonly event: EventView }) {
  const { deliveries: words } = REQUEST;
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const resend = useMutation({
    mutationFn: (): Promise<ResentView> => call('resendEvent', { id: event.id }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['request', event.id] }),
  });
  if (event.deliveries.length === 0) return <p className="soft">{words.none}</p>;
  return (
    <div className="stack tight">
      <Table
        label={words.label}
        className="event-deliveries"
        isStacked
        columns={[words.destination, words.state, words.attempts, words.last, words.due]}
      >
        {event.deliveries.map((delivery) => (
          <DeliveryRow key={delivery.destination} delivery={delivery} />
        ))}
      </Table>
      <div className="row">
        <RoleButton
          needs="operator"
          onClick={() => setAsking(true)}
          disabled={resend.isPending || event.erasedAt !== undefined}
        >
          {words.resend}
        </RoleButton>
        <span role="status" className="small soft">
          {resend.data !== undefined && words.resent(resend.data.sent, resend.data.unsent)}
        </span>
      </div>
      {resend.isError && <Failure error={resend.error} />}
      {isAsking && (
        <ConfirmDialog
          title={words.resend}
          confirm={words.resend}
          onConfirm={() => resend.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.resendSure(event.deliveries.length)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: DeliveryWithAttemptsView }) {
  const { deliveries: words } = REQUEST;
  const { event, destination, state, attempts, history, dueAt, code } = delivery;
  const last = history.at(-1);
  const to = deliveryAddress(event, destination);
  return (
    <tr>
      <th scope="row">
        <Link to={to}>{destination}</Link>
      </th>
      <td data-name={words.state}>
        <DeliveryState state={state} />
      </td>
      <td data-name={words.attempts}>{attempts.toLocaleString('en')}</td>
      <td data-name={words.last}>
        <Sentence text={last?.problem ?? code ?? ''} />
      </td>
      <td data-name={words.due}>
        {state === 'waiting' ? <Time at={dueAt} /> : last !== undefined && <Time at={last.startedAt} />}
      </td>
    </tr>
  );
}
