/** A delivery in the list. */
import type { DeliveryView } from '@countersign/api';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { DeliveryState } from './delivery-state.tsx';

export function DeliveryRow({ delivery }: { readonly delivery: DeliveryView }) {
  const { event, destination, gate, state, attempts, beganAt, dueAt, code, heldBy, orderKey } = delivery;
  const isNext = state === 'waiting' && attempts > 0;
  return (
    <div className="delivery-row">
      <span className="state">
        <DeliveryState state={state} />
      </span>
      <span className="main">
        <span className="line">
          <b>{destination}</b> <span className="soft">← {gate}</span>
        </span>
        <span className="line small soft mono">
          {event}
          {orderKey !== undefined && (
            <>
              {' · '}
              <StrangersText text={orderKey} />
            </>
          )}
        </span>
      </span>
      <span className="result small">
        {code !== undefined && code !== 'delivered' && <span className="line mono">{code}</span>}
        {heldBy !== undefined && <span className="line soft">{DELIVERIES.heldShort[heldBy] ?? heldBy}</span>}
      </span>
      <span className="attempts small soft" title={DELIVERIES.attemptsLabel(attempts)}>
        {DELIVERIES.attempts(attempts)}
      </span>
      <span className="when small soft">
        {isNext ? (
          <>
            {DELIVERIES.nextAt} <Time at={dueAt} show="relative" />
          </>
        ) : (
          <Time at={beganAt} show="relative" />
        )}
      </span>
    </div>
  );
}
