/** A kept request, judged again by the keys that its gate has now. */
import type { EventView, ExplanationView, RefusedView } from '@countersign/api';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call } from '../api/use-call.ts';

/** @param at as at the time when it came, or as now */
export function useTrace(
  kept: EventView | RefusedView,
  at: 'received' | 'now',
  isWanted = true,
): UseQueryResult<ExplanationView> {
  const { id } = kept;
  return useQuery({
    queryKey: ['trace', id, at],
    queryFn: () => call('reason' in kept ? 'traceRefused' : 'traceEvent', { id, at }),
    enabled: isWanted,
    retry: false,
    staleTime: at === 'now' ? 0 : Number.POSITIVE_INFINITY,
  });
}
