/** Events on their way: the queue of each destination, and every delivery. */
import type { DeliveryPage } from '@countersign/api';
import { useState } from 'react';
import { call, useCall } from '../api/use-call.ts';
import { PagedList } from '../events/paged-list.tsx';
import { numberOf, type Place, usePages } from '../events/use-pages.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import { deliveryAddress } from '../shell/addresses.ts';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { ChangeMany } from './change-many.tsx';
import { deliveryFilterOf, isFiltered } from './delivery-filter.ts';
import { DeliveryFilters } from './delivery-filters.tsx';
import { DeliveryRow } from './delivery-row.tsx';
import { QueueTable } from './queue-table.tsx';
import '../events/events.css';
import './deliveries.css';

const LIMIT = 100;
/** Events that are kept are no attempts: the queue is looked at besides. */
const EVERY_MS = 5_000;

export function DeliveriesPage() {
  const filters = useFilters();
  const filter = deliveryFilterOf(filters);
  const [change, setChange] = useState<'redrive' | 'cancel'>();
  const destinations = useCall('destinations', {}, { everyMs: EVERY_MS });
  useLiveRefresh(['deliveries', 'destinations'], (item) => 'delivery' in item);
  const pages = usePages<DeliveryPage>({
    key: ['deliveries', filter],
    read: (before: Place) =>
      call('deliveries', Object.assign({ limit: LIMIT, before: numberOf(before) }, filter)),
    next: (page) => page.next,
  });
  const items = pages.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <Page title={DELIVERIES.title} lead={DELIVERIES.lead} actions={<SaveView />}>
      <div className="stack deliveries">
        <Answered query={destinations}>
          {(views) => (views.length === 0 ? null : <QueueTable views={views} filters={filters} />)}
        </Answered>
        <DeliveryFilters
          // What was typed and not asked for is no state of the address.
          key={filter.event}
          filters={filters}
          destinations={destinations.data ?? []}
          actions={
            <>
              <RoleButton needs="operator" onClick={() => setChange('redrive')}>
                {DELIVERIES.many.redrive}
              </RoleButton>
              <RoleButton needs="operator" onClick={() => setChange('cancel')}>
                {DELIVERIES.many.cancel}
              </RoleButton>
            </>
          }
        />
        <PagedList
          label={DELIVERIES.list}
          pages={pages}
          items={items}
          isOver={false}
          keyOf={({ event, destination }) => `${event} ${destination}`}
          hrefOf={({ event, destination }) => deliveryAddress(event, destination)}
          row={(delivery) => <DeliveryRow delivery={delivery} />}
          count={DELIVERIES.count}
          rowHeight={52}
          narrowRowHeight={104}
          empty={<NoDelivery isFiltered={isFiltered(filter)} />}
        />
      </div>
      {change !== undefined && (
        <ChangeMany change={change} filter={filter} onClose={() => setChange(undefined)} />
      )}
    </Page>
  );
}

function NoDelivery({ isFiltered: isNarrow }: { readonly isFiltered: boolean }) {
  const { empty } = DELIVERIES;
  return (
    <Empty title={isNarrow ? empty.noMatch : empty.title}>
      {isNarrow ? (
        <p>{empty.noneOfFilter}</p>
      ) : (
        <>
          <p>{empty.text}</p>
          <Code text={empty.config} label={empty.configLabel} />
        </>
      )}
    </Empty>
  );
}
