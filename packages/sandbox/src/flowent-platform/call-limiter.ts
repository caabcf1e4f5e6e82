/** The limit on a tenant's calls of the API, over a window that slides. */

const HOUR_MS = 3_600_000;

export interface CallLimiter {
  /** Counts a call; where the tenant has none left, counts nothing and says how long until there is one. */
  take(tenantId: string): { readonly retryAfterMs: number } | undefined;
}

/** Allows each tenant `callsPerHour` calls in any 60 minutes. */
export function createCallLimiter(options: {
  readonly callsPerHour: number;
  readonly now: () => number;
}): CallLimiter {
  const { callsPerHour, now } = options;
  const calls = new Map<string, number[]>();
  return {
    take: (tenantId) => {
      const nowMs = now();
      const recent = (calls.get(tenantId) ?? []).filter((ms) => ms > nowMs - HOUR_MS);
      calls.set(tenantId, recent);
      const [oldestMs = nowMs] = recent;
      if (recent.length >= callsPerHour) return { retryAfterMs: oldestMs + HOUR_MS - nowMs };
      recent.push(nowMs);
      return undefined;
    },
  };
}
