import type { Vendor } from './vendor.ts';

export const flowProductionTracking: Vendor = {
  provider: 'flow-production-tracking',
  // A person has picked the action, and the site shows the answer in a window or a frame.
  as: 'page',
  asksForActions: false,
  takesRegistrations: false,
  contentOf: (_action, input) => ({
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(
      Object.entries(input).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString(),
  }),
};
