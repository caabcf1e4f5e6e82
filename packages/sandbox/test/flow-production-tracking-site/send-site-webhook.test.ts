import { expect, it } from 'vitest';
import { webhookTimeoutMs } from '../../src/flow-production-tracking-site/send-site-webhook.ts';

it('waits 6 s for an answer, or a second an event where that is longer', () => {
  expect([1, 6, 7, 50].map(webhookTimeoutMs)).toEqual([6000, 6000, 7000, 50_000]);
});
