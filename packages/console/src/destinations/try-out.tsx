/** A destination's filter, transformation and signature tried on a kept event: the result beside the original. */
import type { EventSummaryView } from '@countersign/api';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, callKey, useCall } from '../api/use-call.ts';
import { PreviewPane } from '../deliveries/preview-view.tsx';
import { usePreview } from '../deliveries/use-preview.ts';
import { BodyView } from '../request/body-view.tsx';
import { contentOf } from '../request/content.ts';
import { HeadersTable } from '../request/headers-table.tsx';
import type { Filters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { plainText } from '../ui/visible-text.ts';
import { DESTINATIONS } from '../words/destinations.ts';

const RECENT = 30;

export interface TryOutProps {
  readonly destination: string;
  readonly filters: Filters;
}

export function TryOut({ destination, filters }: TryOutProps) {
  const { tryOut: words } = DESTINATIONS;
  const gates = useCall('gates', {}).data ?? [];
  const gate = filters.get('gate');
  const id = filters.get('event');
  const events = useCall('events', { gate, limit: RECENT });
  return (
    <section className="try-out stack tight" aria-label={words.title(destination)}>
      <h3>{words.title(destination)}</h3>
      <p className="small soft">{words.text}</p>
      <div className="filters">
        <Select
          label={words.gate}
          all={words.allGates}
          value={gate}
          options={gates.filter(({ outcome }) => outcome === 'keep').map(({ name }) => [name, name])}
          onChange={(value) => filters.set({ gate: value, event: undefined })}
        />
        <Answered query={events}>
          {({ events: recent }) =>
            recent.length === 0 && id === undefined ? (
              <p className="soft">{words.none}</p>
            ) : (
              <Select
                label={words.event}
                all={words.choose}
                value={id}
                options={recent.map((event) => [event.id, labelOf(event)])}
                onChange={(value) => filters.set({ event: value })}
              />
            )
          }
        </Answered>
      </div>
      {id !== undefined && <Panes id={id} destination={destination} filters={filters} />}
    </section>
  );
}

function labelOf({ receivedAt, gate, type, id }: EventSummaryView): string {
  const at = new Date(receivedAt).toLocaleTimeString(undefined, { hour12: false });
  return [at, gate, ...(type === undefined ? [] : [plainText(type)]), id].join(' · ');
}

function Panes({ id, destination, filters }: TryOutProps & { readonly id: string }) {
  const { tryOut: words } = DESTINATIONS;
  const preview = usePreview(id, destination, true);
  return (
    <div className="panes">
      <section className="stack tight" aria-label={words.pane(words.original)}>
        <div className="row">
          <h4>{words.original}</h4>
        </div>
        <Original id={id} filters={filters} />
      </section>
      <section className="stack tight" aria-label={words.pane(words.result)}>
        <div className="row">
          <h4>{words.result}</h4>
          <Button disabled={preview.isFetching} onClick={() => void preview.refetch()}>
            {words.again}
          </Button>
        </div>
        <Answered query={preview}>
          {(view) => <PreviewPane preview={view} filters={filters} of={words.result} />}
        </Answered>
      </section>
    </div>
  );
}

/** Each look at a body is in the audit log: it is asked for once. */
function Original({ id, filters }: { readonly id: string; readonly filters: Filters }) {
  const { tryOut: words } = DESTINATIONS;
  const event = useQuery({
    queryKey: callKey('event', { id }),
    queryFn: () => call('event', { id }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const content = useMemo(() => event.data && contentOf(event.data), [event.data]);
  return (
    <Answered query={event}>
      {({ method, url, headers }) => (
        <div className="stack tight">
          <p className="mono target">
            <StrangersText text={`${method} ${url}`} />
          </p>
          {content !== undefined && <BodyView content={content} filters={filters} of={words.original} />}
          <HeadersTable headers={headers} label={words.headers(words.original)} />
        </div>
      )}
    </Answered>
  );
}
