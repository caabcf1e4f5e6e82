/** What requests of senders must have in them to be signed, where that is more than a JSON body. */
import type { Draft } from '../../src/index.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export const SENDER_DRAFTS: Readonly<Record<string, Partial<Draft>>> = {
  adyen: { body: '{"notificationItems":[{"NotificationRequestItem":{"pspReference":"1"}}]}' },
  braintree: { headers: FORM, body: 'bt_payload=PG4%2BCjwvbj4K%0A' },
  'dropbox-sign': {
    headers: FORM,
    body: `json=${encodeURIComponent('{"event":{"event_type":"signature_request_sent"},"a":"b c"}')}`,
  },
  'flow-production-tracking': { headers: FORM, body: 'user_id=1&selected_ids=7' },
  'plivo-v3': { headers: FORM, body: 'To=100', nonce: 'n1' },
};
