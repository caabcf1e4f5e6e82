/** Prevents: a gate that forgets what its sender still sends again, because a schedule was added up wrongly, and a limit that differs from the vendor’s own words. */
import { describe, expect, it } from 'vitest';
import type { ProviderId } from '../../src/gate.ts';
import { findProvider } from '../../src/index.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface PublishedSchedule {
  readonly id: ProviderId;
  readonly source: string;
  /** The waits before each further attempt. */
  readonly waitsMs: readonly number[];
}

const OF_SVIX: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
];
const DOUBLED_TO_1024 = Array.from({ length: 11 }, (_, retry) => 2 ** retry * MINUTE);
const DAILY_FOR_TWO_WEEKS = Array.from({ length: 14 }, () => DAY);

const SCHEDULES: readonly PublishedSchedule[] = [
  { id: 'svix', source: 'docs.svix.com/retries', waitsMs: OF_SVIX },
  { id: 'clerk', source: 'docs.svix.com/retries', waitsMs: OF_SVIX },
  { id: 'liveblocks', source: 'liveblocks.io/docs/platform/webhooks', waitsMs: OF_SVIX },
  {
    id: 'contentful',
    source: 'contentful.com/developers/docs/webhooks/retry-policy',
    waitsMs: [30 * SECOND, 30 * SECOND],
  },
  { id: 'sanity', source: 'sanity.io/docs/changelog', waitsMs: [30 * SECOND, 30 * SECOND] },
  { id: 'fingerprint', source: 'docs.fingerprint.com/docs/webhooks', waitsMs: [5 * MINUTE] },
  {
    id: 'portone',
    source: 'developers.portone.io/opi/ko/integration/webhook/readme-v2',
    waitsMs: [1, 4, 16, 64, 256].map((minutes) => minutes * MINUTE),
  },
  {
    id: 'dropbox-sign',
    source: 'faq.hellosign.com, 115007086247',
    waitsMs: [5, 15, 45, 135, 405, 1215].map((minutes) => minutes * MINUTE),
  },
  {
    id: 'wise',
    source: 'docs.wise.com/webhooks-notifications',
    waitsMs: [...DOUBLED_TO_1024, ...DAILY_FOR_TWO_WEEKS],
  },
];

interface PublishedPatience {
  readonly id: ProviderId;
  readonly source: string;
  readonly answerWithinMs: number;
}

const PATIENCE: readonly PublishedPatience[] = [
  {
    id: 'braintree',
    source: 'developer.paypal.com/braintree/docs/guides/webhooks/parse',
    answerWithinMs: 30 * SECOND,
  },
  {
    id: 'circleci',
    source: 'circleci.com/docs/guides/integration/outbound-webhooks',
    answerWithinMs: 10 * SECOND,
  },
  { id: 'discord', source: 'docs.discord.com/developers/events/webhook-events', answerWithinMs: 3 * SECOND },
  { id: 'fingerprint', source: 'docs.fingerprint.com/docs/webhooks', answerWithinMs: 3 * SECOND },
  { id: 'gocardless', source: 'support.gocardless.com, 360000989989', answerWithinMs: 10 * SECOND },
  {
    id: 'line',
    source: 'developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics',
    answerWithinMs: 2 * SECOND,
  },
  {
    id: 'pagerduty',
    source: 'developer.pagerduty.com/docs/webhooks/webhook-behavior',
    answerWithinMs: 5 * SECOND,
  },
  {
    id: 'portone',
    source: 'developers.portone.io/opi/ko/integration/webhook/readme-v2',
    answerWithinMs: 30 * SECOND,
  },
  { id: 'pusher', source: 'docs.bird.com/pusher/channels', answerWithinMs: 4 * SECOND },
  {
    id: 'wise',
    source: 'docs.wise.com/api-docs/features/webhooks-notifications/event-handling',
    answerWithinMs: 5 * SECOND,
  },
  { id: 'x-twitter', source: 'docs.x.com/x-api/webhooks/introduction', answerWithinMs: 10 * SECOND },
];

describe('a limit that a sender publishes', () => {
  it.each(SCHEDULES)(
    'is kept at least until the last retry of $id ($source), and for no hour longer',
    ({ id, waitsMs }) => {
      const lastRetryMs = waitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
      const retriesForMs = findProvider(id)?.retriesForMs ?? 0;
      expect(retriesForMs).toBeGreaterThanOrEqual(lastRetryMs);
      expect(retriesForMs).toBeLessThan(lastRetryMs + HOUR);
    },
  );

  it.each(PATIENCE)('is how long $id waits for an answer ($source)', ({ id, answerWithinMs }) => {
    expect(findProvider(id)?.answerWithinMs).toBe(answerWithinMs);
  });
});
