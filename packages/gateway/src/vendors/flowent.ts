import type { Vendor } from './vendor.ts';

export const flowent: Vendor = {
  provider: 'flowent',
  as: 'flowent',
  asksForActions: true,
  takesRegistrations: true,
  contentOf: (action, input) => ({
    contentType: 'application/json',
    body: JSON.stringify({ action_name: action, parameters: input }),
  }),
};
