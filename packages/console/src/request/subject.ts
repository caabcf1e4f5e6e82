/** What is known of a request, from the best source that has it: the kept event, the kept refused request, or the live stream. */
import { AdminError, type EventView, type RefusedView } from '@countersign/api';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/use-call.ts';
import { useLiveStore } from '../live/live-context.tsx';
import type { VerdictRow } from '../live/live-row.ts';

export type Subject =
  | { readonly kind: 'event'; readonly event: EventView }
  | { readonly kind: 'refused'; readonly refused: RefusedView }
  /** Nothing of it is kept, or what is kept is not for the reader’s role. */
  | { readonly kind: 'streamed'; readonly row: VerdictRow; readonly isForbidden: boolean }
  | { readonly kind: 'unknown'; readonly isForbidden: boolean };

const EVENT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function useSubject(id: string) {
  const store = useLiveStore();
  return useQuery({
    queryKey: ['request', id],
    queryFn: () => readSubject(id, store.find(id)),
  });
}

/** An event has an id of its own; by its request’s it is found where the live stream told of its claim. */
async function readSubject(id: string, row: VerdictRow | undefined): Promise<Subject> {
  const isEventId = EVENT_ID.test(id);
  const eventId = isEventId ? id : await claimedEvent(row);
  const event = eventId === undefined ? 'absent' : await unlessAbsent(call('event', { id: eventId }));
  if (typeof event === 'object') return { kind: 'event', event };
  const isAccepted = row !== undefined && row.view.verdict !== 'refused';
  const refused = isEventId || isAccepted ? 'absent' : await unlessAbsent(call('refusedRequest', { id }));
  if (typeof refused === 'object') return { kind: 'refused', refused };
  const imported = isEventId || row !== undefined ? 'absent' : await unlessAbsent(call('event', { id }));
  if (typeof imported === 'object') return { kind: 'event', event: imported };
  const isForbidden = refused === 'forbidden';
  return row === undefined ? { kind: 'unknown', isForbidden } : { kind: 'streamed', row, isForbidden };
}

/** The event that a request became. */
async function claimedEvent(row: VerdictRow | undefined): Promise<string | undefined> {
  const { gate, claimId } = row?.view ?? {};
  if (gate === undefined || claimId === undefined) return undefined;
  const claim = await unlessAbsent(call('claim', { gate, claim: claimId }));
  return typeof claim === 'object' ? claim.eventId : undefined;
}

async function unlessAbsent<View>(reply: Promise<View>): Promise<View | 'absent' | 'forbidden'> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof AdminError && error.status === 404) return 'absent';
    if (error instanceof AdminError && error.code === 'role-not-enough') return 'forbidden';
    throw error;
  }
}
