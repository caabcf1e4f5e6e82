/** The latest refused request and why: what a newcomer is to see first. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useCall } from '../api/use-call.ts';
import { Badge } from '../ui/badge.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { useNow } from '../ui/use-now.ts';
import { LIVE } from '../words/live.ts';
import type { Finding, VerdictRow } from './live-row.ts';

interface Shown {
  readonly id: string;
  readonly at: string;
  readonly gate: string | undefined;
  readonly request: string;
  readonly reason: string;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly finding: Finding | undefined;
}

/** @param streamed of the live stream; until there is one, the latest that is kept is shown */
export function LatestRefused({ streamed }: { readonly streamed: VerdictRow | undefined }) {
  const steady = useSteady(streamed);
  const kept = useCall('refused', { limit: 1 }, { enabled: steady === undefined }).data?.refused[0];
  const shown = steady === undefined ? kept && shownKept(kept) : shownStreamed(steady);
  if (shown === undefined) return null;
  const { latest } = LIVE;
  const mend = shown.finding?.mend ?? shown.remedy;
  const to: string = `/requests/${encodeURIComponent(shown.id)}`;
  return (
    <section className="latest-refused" aria-label={latest.label}>
      <div className="row">
        <Badge tone="bad">{shown.reason}</Badge>
        {shown.finding !== undefined && (
          <span className="small soft">{latest.certainty[shown.finding.certainty]}</span>
        )}
        <span className="mono request">
          <StrangersText text={shown.request} />
        </span>
        <span className="small soft">
          {shown.gate} · <Time at={shown.at} show="relative" />
        </span>
      </div>
      <p className="cause">
        <Sentence text={shown.finding?.sentence ?? shown.message} />
      </p>
      {mend !== undefined && (
        <p className="mend soft">
          <b>{latest.mend}: </b>
          <Sentence text={mend} />
        </p>
      )}
      <Link className="button" to={to}>
        {latest.open}
      </Link>
    </section>
  );
}

/** Not another each frame: nobody could read it. The same gets its finding at once. */
function useSteady(streamed: VerdictRow | undefined): VerdictRow | undefined {
  const now = useNow();
  const shown = useRef<{ readonly row: VerdictRow | undefined; readonly at: number }>({
    row: undefined,
    at: 0,
  });
  const { row, at } = shown.current;
  const isSame = row?.view.requestId === streamed?.view.requestId;
  const next = row === undefined || isSame || at !== now ? streamed : row;
  useEffect(() => {
    shown.current = { row: next, at: now };
  });
  return next;
}

function shownStreamed({ view, finding }: VerdictRow): Shown {
  const { requestId, time, gate, method, path, reason = '', message = '', remedy } = view;
  const request = `${method} ${path}`;
  return { id: requestId, at: time, gate, request, reason, message, remedy, finding };
}

function shownKept(kept: {
  readonly id: string;
  readonly receivedAt: string;
  readonly gate: string;
  readonly method: string;
  readonly url: string;
  readonly reason: string;
  readonly message?: string;
}): Shown {
  const { id, receivedAt, gate, method, url, reason, message = '' } = kept;
  const request = `${method} ${url.split('?', 1)[0] ?? ''}`;
  return { id, at: receivedAt, gate, request, reason, message, remedy: undefined, finding: undefined };
}
