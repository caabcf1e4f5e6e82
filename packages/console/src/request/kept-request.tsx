/** A request that is kept: an event, or one that was refused. */
import type { EventView, ExplanationView, GateView, RefusedView } from '@countersign/api';
import { useMemo } from 'react';
import { useCall } from '../api/use-call.ts';
import { type Filters, useFilters } from '../shell/search.ts';
import { Failure } from '../ui/answered.tsx';
import type { Fact } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { plainText } from '../ui/visible-text.ts';
import { keyName } from '../words/key-name.ts';
import { REQUEST } from '../words/request.ts';
import { BodyView } from './body-view.tsx';
import { ByteDiff } from './byte-diff.tsx';
import { ClaimRelease } from './claim-release.tsx';
import { contentOf } from './content.ts';
import { EventDeliveries } from './event-deliveries.tsx';
import { Findings } from './findings.tsx';
import { HeadersTable } from './headers-table.tsx';
import { JudgedAgain } from './judged-again.tsx';
import { RequestActions } from './request-actions.tsx';
import { RequestHead } from './request-head.tsx';
import { SendAgain } from './send-again.tsx';
import { useTrace } from './use-trace.ts';
import { Way } from './way.tsx';
import { stepsOfKept, stepsUntil } from './way-without-trace.ts';

export interface KeptRequestProps {
  readonly kept: EventView | RefusedView;
}

export function KeptRequest({ kept }: KeptRequestProps) {
  const filters = useFilters();
  const content = useMemo(() => contentOf(kept), [kept]);
  const trace = useTrace(kept, 'received');
  const refused = 'reason' in kept ? kept : undefined;
  const { id, gate, receivedAt, method, url } = kept;
  const gateView = useCall('gates', {}).data?.find(({ name }) => name === gate);
  const provider = providerOf(kept, gateView);
  return (
    <Page title={plainText(`${method} ${url.split('?', 1)[0] ?? ''}`)}>
      <div className="stack request">
        <RequestHead
          id={id}
          gate={gate}
          at={receivedAt}
          reason={refused?.reason}
          facts={factsOf(kept)}
          actions={
            <RequestActions
              id={id}
              content={content}
              provider={provider}
              gateUrl={gateView?.url}
              isRefused={refused !== undefined}
            />
          }
        />
        {refused !== undefined && <Why refused={refused} trace={trace.data} isLoading={trace.isPending} />}
        {trace.data?.diff !== undefined && (
          <section className="card stack">
            <h2>{REQUEST.diff.title}</h2>
            <ByteDiff diff={trace.data.diff} />
          </section>
        )}
        <section className="card stack">
          <h2>{REQUEST.way.title}</h2>
          <Way steps={trace.data?.steps ?? fallbackSteps(kept)} filters={filters} />
          {trace.isError && <Failure error={trace.error} />}
          <JudgedAgain kept={kept} />
          <SendAgain kept={kept} />
        </section>
        <section className="card">
          <Parts kept={kept} filters={filters} content={content} />
        </section>
      </div>
    </Page>
  );
}

interface WhyProps {
  readonly refused: RefusedView;
  readonly trace: ExplanationView | undefined;
  readonly isLoading: boolean;
}

function Why({ refused: { reason, message }, trace, isLoading }: WhyProps) {
  const remedy = trace?.verdict.remedy;
  return (
    <section className="card stack" aria-busy={isLoading}>
      <h2>{REQUEST.why}</h2>
      {trace !== undefined && trace.findings.length > 0 ? (
        <Findings findings={trace.findings} />
      ) : (
        <>
          <p>
            <span className="mono">{reason}</span>
            {message !== undefined && (
              <>
                : <Sentence text={message} />
              </>
            )}
          </p>
          {remedy !== undefined && (
            <p>
              <Sentence text={remedy} />
            </p>
          )}
          {isLoading && (
            <p role="status" className="soft">
              {REQUEST.findings.loading}
            </p>
          )}
        </>
      )}
      {trace?.notes.map((note) => (
        <p key={note} className="small soft">
          <Sentence text={note} />
        </p>
      ))}
      {trace?.untried.map((each) => (
        <p key={each} className="small soft">
          {REQUEST.findings.untried[each]}
        </p>
      ))}
    </section>
  );
}

interface PartsProps {
  readonly kept: EventView | RefusedView;
  readonly filters: Filters;
  readonly content: ReturnType<typeof contentOf>;
}

function Parts({ kept, filters, content }: PartsProps) {
  const { tabs } = REQUEST;
  const event = 'deliveries' in kept ? kept : undefined;
  const claim = 'deliveries' in kept ? kept.claimId : kept.repeat?.claimId;
  return (
    <Tabs
      label={tabs.label}
      selected={filters.get('tab') ?? 'body'}
      onSelect={(tab) => filters.set({ tab })}
      tabs={[
        { id: 'body', label: tabs.body, content: () => <BodyView content={content} filters={filters} /> },
        {
          id: 'headers',
          label: tabs.headers(content.headers.length),
          content: () => <HeadersTable headers={content.headers} />,
        },
        ...(event === undefined
          ? []
          : [
              {
                id: 'deliveries',
                label: tabs.deliveries(event.deliveries.length),
                content: () => <EventDeliveries event={event} />,
              },
            ]),
        ...(claim === undefined
          ? []
          : [
              {
                id: 'claim',
                label: tabs.claim,
                content: () => <ClaimRelease gate={kept.gate} claim={claim} />,
              },
            ]),
      ]}
    />
  );
}

/** An event names it, a refused request’s gate does. */
function providerOf(kept: EventView | RefusedView, gate: GateView | undefined): string | undefined {
  const provider = 'provider' in kept ? kept.provider : gate?.provider;
  return provider === 'none' ? undefined : provider;
}

function fallbackSteps(kept: EventView | RefusedView) {
  return 'reason' in kept ? stepsUntil(kept.step, kept.message) : stepsOfKept(kept);
}

function factsOf(kept: EventView | RefusedView): readonly (Fact | undefined)[] {
  const { facts } = REQUEST;
  const target = {
    name: facts.target,
    value: <span className="mono">{<StrangersText text={kept.url} />}</span>,
  };
  const size = { name: facts.size, value: facts.bytes(kept.bodyBytes) };
  if ('reason' in kept) return [target, { name: facts.from, value: kept.remoteAddress }, size];
  return [
    target,
    { name: facts.provider, value: kept.provider },
    kept.keyId === '' ? undefined : { name: facts.key, value: keyName(kept) },
    kept.type === undefined ? undefined : { name: facts.type, value: <StrangersText text={kept.type} /> },
    size,
  ];
}
