import { siteOrigin } from '../flow-production-tracking/site-origin.ts';
import type { Vendor } from './vendor.ts';

export const flowProductionTracking: Vendor = {
  provider: 'flow-production-tracking',
  // A person has picked the action, and the site shows the answer in a window or a frame.
  as: 'page',
  asksForActions: false,
  takesRegistrations: false,
  siteOf: (fields) => {
    const host = fields.get('server_hostname');
    return host === undefined ? undefined : siteOrigin(host);
  },
  contentOf: (_action, input) => ({
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(
      Object.entries(input).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString(),
  }),
};
