/** Sends an event to a destination besides. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall } from '../api/use-call.ts';
import { deliveryAddress } from '../shell/addresses.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { UI } from '../words/ui.ts';

export interface SendElsewhereProps {
  readonly event: string;
  /** Where it goes already. */
  readonly destination: string;
  readonly onClose: () => void;
}

export function SendElsewhere({ event, destination, onClose }: SendElsewhereProps) {
  const { actions: words } = DELIVERIES.detail;
  const destinations = useCall('destinations', {});
  const queries = useQueryClient();
  const names = (destinations.data ?? [])
    .filter(({ name, kind }) => name !== destination && kind !== undefined)
    .map(({ name }) => name);
  const [chosen, setChosen] = useState<string>();
  const to = chosen ?? names[0];
  const send = useMutation({
    mutationFn: (name: string) => call('resendEvent', { id: event, destination: name }),
    onSettled: () => {
      for (const route of ['delivery', 'deliveries', 'destinations'])
        void queries.invalidateQueries({ queryKey: [route] });
    },
  });
  const sent = send.data?.sent[0];
  const at = deliveryAddress(event, sent ?? '');
  return (
    <Dialog label={words.otherTitle} onClose={onClose}>
      <div className="stack">
        <h2>{words.otherTitle}</h2>
        <p>{words.otherText}</p>
        {destinations.data !== undefined && names.length === 0 && <p className="soft">{words.none}</p>}
        {to !== undefined && (
          <Field label={words.otherTo}>
            <select value={to} onChange={({ target }) => setChosen(target.value)}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <p role="status">
          {sent !== undefined && (
            <Link to={at} onClick={onClose}>
              {words.sentTo([sent])}
            </Link>
          )}
          {send.data !== undefined && sent === undefined && words.unsent(send.data.unsent)}
        </p>
        {send.isError && <Failure error={send.error} />}
        {destinations.isError && <Failure error={destinations.error} />}
        <div className="row">
          {to !== undefined && (
            <Button
              kind="primary"
              disabled={send.isPending || sent !== undefined}
              onClick={() => send.mutate(to)}
            >
              {words.send}
            </Button>
          )}
          <Button onClick={onClose}>{sent === undefined ? UI.cancel : UI.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}
