/** One delivery: where it stands, every attempt, what is sent. */
import type { DeliveryWithAttemptsView } from '@countersign/api';
import { Link, useParams } from '@tanstack/react-router';
import { useCall } from '../api/use-call.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import { destinationAddress, requestAddress } from '../shell/addresses.ts';
import { type Filters, useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { plainText } from '../ui/visible-text.ts';
import { DELIVERIES } from '../words/deliveries.ts';
import { AttemptTimeline } from './attempt-timeline.tsx';
import { Countdown } from './countdown.tsx';
import { DeliveryActions } from './delivery-actions.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { PreviewPane } from './preview-view.tsx';
import { usePreview } from './use-preview.ts';
import './deliveries.css';

export function DeliveryPage() {
  const { event = '', destination = '' }: { event?: string; destination?: string } = useParams({
    strict: false,
  });
  const filters = useFilters();
  const delivery = useCall('delivery', { event, destination });
  useLiveRefresh(
    ['delivery'],
    (item) =>
      'delivery' in item && item.delivery.event === event && item.delivery.destination === destination,
  );
  const { detail: words } = DELIVERIES;
  return (
    <Page title={words.title(plainText(destination))} lead={<Link to="/deliveries">{words.back}</Link>}>
      <Answered query={delivery}>{(view) => <Delivery delivery={view} filters={filters} />}</Answered>
    </Page>
  );
}

interface DeliveryProps {
  readonly delivery: DeliveryWithAttemptsView;
  readonly filters: Filters;
}

function Delivery({ delivery, filters }: DeliveryProps) {
  const { detail: words } = DELIVERIES;
  return (
    <div className="stack deliveries">
      <section className="card stack">
        <Standing delivery={delivery} />
        <DeliveryFacts delivery={delivery} />
        <DeliveryActions delivery={delivery} />
      </section>
      <div className="delivery-parts">
        <section className="card stack">
          <h2>{words.timeline.title}</h2>
          <AttemptTimeline delivery={delivery} />
        </section>
        <section className="card stack">
          <h2>{words.sent.title}</h2>
          <Sent delivery={delivery} filters={filters} />
        </section>
      </div>
    </div>
  );
}

function Standing({
  delivery: { state, dueAt, heldBy, blocks },
}: {
  readonly delivery: DeliveryWithAttemptsView;
}) {
  const { detail: words, held, stateTexts } = DELIVERIES;
  return (
    <div className="standing">
      <DeliveryState state={state} />
      {state === 'waiting' ? (
        <p className="next">
          {words.next} <Countdown at={dueAt} />{' '}
          <span className="soft small">
            <Time at={dueAt} show="clock" />
          </span>
          {heldBy !== undefined && <span className="soft"> · {words.heldBy(held[heldBy] ?? heldBy)}</span>}
        </p>
      ) : (
        <p>{stateTexts[state]}</p>
      )}
      {state === 'dead' && blocks && <p className="soft">{words.blocks}</p>}
    </div>
  );
}

function DeliveryFacts({ delivery }: { readonly delivery: DeliveryWithAttemptsView }) {
  const { facts } = DELIVERIES.detail;
  const { event, destination, gate, beganAt, attempts, orderKey, code } = delivery;
  const toEvent = requestAddress(event);
  const toDestination = destinationAddress(destination);
  return (
    <div className="facts-row">
      <Facts
        facts={[
          {
            name: facts.event,
            value: (
              <Link to={toEvent} className="mono">
                {event}
              </Link>
            ),
          },
          { name: facts.destination, value: <Link to={toDestination}>{destination}</Link> },
          { name: facts.gate, value: gate },
          { name: facts.began, value: <Time at={beganAt} /> },
          { name: facts.attempts, value: attempts.toLocaleString('en') },
          orderKey === undefined ? undefined : { name: facts.key, value: <StrangersText text={orderKey} /> },
          code === undefined
            ? undefined
            : { name: facts.result, value: <span className="mono">{code}</span> },
        ]}
      />
    </div>
  );
}

function Sent({ delivery: { event, destination }, filters }: DeliveryProps) {
  const { sent: words } = DELIVERIES.detail;
  const isShown = filters.get('sent') === 'shown';
  const preview = usePreview(event, destination, isShown);
  return (
    <>
      <p className="small soft">{words.text}</p>
      {isShown ? (
        <Answered query={preview}>{(view) => <PreviewPane preview={view} filters={filters} />}</Answered>
      ) : (
        <div className="row">
          <Button onClick={() => filters.set({ sent: 'shown' })}>{words.show}</Button>
          <span className="small soft">{words.audited}</span>
        </div>
      )}
    </>
  );
}
