/** What core knows of a provider. Loaded when somebody asks: it brings every provider along. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ProviderData } from './provider-data.ts';

/** `null`: a scheme of the operator's own. */
export function useProviderData(id: string): UseQueryResult<ProviderData | null> {
  return useQuery({
    queryKey: ['provider-data', id],
    queryFn: async () => {
      const { providerData } = await import('./provider-data.ts');
      return providerData(id) ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
