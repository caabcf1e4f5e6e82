/** What would be sent of an event. Each look is in the audit log: it is asked for once, and not again by itself. */
import type { PreviewView } from '@countersign/api';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call, callKey } from '../api/use-call.ts';

export function usePreview(id: string, destination: string, isWanted: boolean): UseQueryResult<PreviewView> {
  const input = { id, destination };
  return useQuery({
    queryKey: callKey('previewDelivery', input),
    queryFn: () => call('previewDelivery', input),
    enabled: isWanted,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}
