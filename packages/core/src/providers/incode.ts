import type { Provider } from '../provider.ts';
import { createSharedTokenScheme, TOKEN_FORMS } from '../schemes/shared-token.ts';
import { SHARED_TOKEN_ROWS } from '../schemes/shared-token-rows.ts';

export const incode: Provider<'incode'> = {
  id: 'incode',
  title: 'Incode webhooks',
  summary:
    'Incode does not sign its webhooks; a site can be set to send a bearer token, basic credentials or a header’s value.',
  source: 'The vendor’s Python token-server example.',
  unverified: 'No official source says how its webhooks prove themselves: the header is the gate’s to name.',
  keyVariable: 'INCODE_WEBHOOK_TOKEN',
  setUp:
    'In Incode’s dashboard, set the address as the webhook’s URL, and the credentials that it sends: they are this gate’s key.',
  scheme: {
    options: SHARED_TOKEN_ROWS,
    create: (options) => {
      const header = options.headerName('header') ?? 'authorization';
      const form = options.oneOf('form', TOKEN_FORMS) ?? (header === 'authorization' ? 'bearer' : 'plain');
      options.refuseUnread();
      return createSharedTokenScheme({ name: 'incode', header, form });
    },
  },
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'refuse',
  replayNote: 'None: nothing of the request is signed. Believe only what you fetch from Incode yourself.',
};
