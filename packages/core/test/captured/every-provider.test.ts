/** What each provider's proof covers and leaves open with its default options, read by a person: a change of it is a change of what people rely on. */
import { expect, it } from 'vitest';
import { type CoverageCode, coverageReportOfProvider } from '../../src/coverage-report.ts';
import { type CoveredPart, type ProviderId, type ReplayIdentity, writtenProvider } from '../../src/index.ts';

interface Report {
  readonly covered: readonly CoveredPart[];
  readonly headers?: readonly string[];
  readonly replay: ReplayIdentity;
  readonly codes: readonly CoverageCode[];
}

const BEARER: Report = { covered: [], replay: 'none', codes: ['bearer-token'] };

/** A webhook whose id, time and body are signed, and nothing of its address. */
const BY_ID: Report = {
  covered: ['body', 'timestamp', 'id', 'type'],
  replay: 'signed-id',
  codes: ['unsigned-parts', 'repeat-in-time', 'trusted-id'],
};

/** A webhook of a sender of Standard Webhooks, by the name of its id’s header. */
const BY_WEBHOOK_ID: Report = { ...BY_ID, headers: ['webhook-id'] };
const BY_SVIX_ID: Report = { ...BY_ID, headers: ['svix-id'] };

/** A webhook whose body is signed, and nothing beside it. */
const BODY_ALONE: Report = {
  covered: ['body'],
  replay: 'message',
  codes: ['unsigned-parts', 'no-time', 'differing-requests'],
};

/** One whose body says what happened. */
const TYPED_BODY: Report = { ...BODY_ALONE, covered: ['body', 'type'] };

/** One whose body has an id. */
const BODY_BY_ID: Report = {
  covered: ['body', 'id', 'type'],
  replay: 'signed-id',
  codes: ['unsigned-parts', 'no-time', 'trusted-id'],
};

/** One whose time is signed, in whole seconds. */
const TIMED_BODY: Report = {
  covered: ['body', 'timestamp'],
  replay: 'message',
  codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests', 'differing-requests'],
};

/** One whose time has milliseconds, so that no two of its requests are equal by chance. */
const OF_A_MILLISECOND: Report = {
  covered: ['body', 'timestamp', 'type'],
  replay: 'message',
  codes: ['unsigned-parts', 'repeat-in-time', 'differing-requests'],
};

/** A token that is for one body, and has an end. */
const TOKEN_OF_BODY: Report = {
  covered: ['body', 'timestamp'],
  replay: 'message',
  codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests', 'differing-requests'],
};

const REPORTS: Readonly<Record<ProviderId, Report>> = {
  adyen: {
    covered: [],
    replay: 'message',
    codes: [
      'unsigned-body',
      'unsigned-parts',
      'no-time',
      'differing-requests',
      'signed-parts',
      'separable-items',
    ],
  },
  adcp: TIMED_BODY,
  'adyen-banking': TYPED_BODY,
  'agentic-commerce': { ...TIMED_BODY, covered: ['body', 'timestamp', 'type'] },
  approov: BEARER,
  authsignal: BY_ID,
  // Of the form one field is signed, and it is the event.
  braintree: {
    covered: [],
    replay: 'message',
    codes: ['unsigned-body', 'unsigned-parts', 'sha1', 'no-time', 'differing-requests', 'signed-parts'],
  },
  'dropbox-sign': {
    covered: ['timestamp', 'type'],
    replay: 'none',
    codes: ['unsigned-body', 'unsigned-parts', 'copies-taken'],
  },
  hygraph: { ...OF_A_MILLISECOND, covered: ['body', 'timestamp'] },
  inngest: TIMED_BODY,
  'kontent-ai': BODY_ALONE,
  lovable: TIMED_BODY,
  meta: { ...TYPED_BODY, codes: [...TYPED_BODY.codes, 'reprinted-body'] },
  'smile-id': {
    covered: ['timestamp'],
    replay: 'message',
    codes: ['unsigned-body', 'unsigned-parts', 'repeat-in-time', 'equal-requests', 'differing-requests'],
  },
  'stream-chat': { ...BODY_ALONE, codes: [...BODY_ALONE.codes, 'compressed-body'] },
  cloudinary: {
    covered: ['body', 'timestamp', 'type'],
    replay: 'message',
    codes: ['unsigned-parts', 'keyed-hash', 'repeat-in-time', 'equal-requests', 'differing-requests'],
  },
  contentful: {
    covered: ['method', 'path', 'query', 'body', 'timestamp'],
    headers: ['x-contentful-signed-headers', 'x-contentful-timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'repeat-in-time', 'unsigned-type', 'differing-requests'],
  },
  docusign: {
    covered: ['body', 'type'],
    replay: 'message',
    codes: ['unsigned-parts', 'no-time', 'differing-requests'],
  },
  'atlassian-connect': {
    covered: ['method', 'path', 'query', 'timestamp'],
    replay: 'none',
    codes: [
      'unsigned-body',
      'unsigned-parts',
      'bearer-token',
      'unsigned-parameter-order',
      'unsigned-path-end',
    ],
  },
  'aws-sigv4': {
    covered: ['method', 'host', 'path', 'query', 'body', 'timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests', 'unsigned-parameter-order'],
  },
  'aws-sns': {
    covered: ['timestamp', 'id', 'type'],
    replay: 'signed-id',
    codes: ['unsigned-parts', 'rsa-sha1', 'rsa-pkcs1', 'signed-members', 'repeat-in-time', 'trusted-id'],
  },
  calendly: { ...TIMED_BODY, covered: ['body', 'timestamp', 'type'] },
  cashfree: OF_A_MILLISECOND,
  circleci: BODY_BY_ID,
  'coinbase-commerce': BODY_BY_ID,
  discord: { ...BY_ID, covered: ['body', 'timestamp', 'id'] },
  dpop: {
    covered: ['method', 'scheme', 'host', 'path', 'timestamp', 'id'],
    replay: 'signed-id',
    codes: ['unsigned-body', 'unsigned-parts', 'assumed-scheme', 'repeat-in-time', 'normal-path'],
  },
  fingerprint: BODY_ALONE,
  'firebase-app-check': { ...BEARER, codes: ['bearer-token', 'rsa-pkcs1'] },
  'flow-production-tracking': {
    covered: ['body', 'timestamp'],
    replay: 'message',
    codes: [
      'unsigned-parts',
      'sha1',
      'repeat-in-time',
      'equal-requests',
      'differing-requests',
      'unsigned-blank-fields',
      'reprinted-body',
    ],
  },
  'flow-production-tracking-webhook': {
    covered: ['body'],
    replay: 'message',
    codes: ['unsigned-parts', 'sha1', 'no-time', 'unsigned-id', 'differing-requests'],
  },
  flowent: {
    covered: ['body', 'timestamp', 'type'],
    replay: 'message',
    codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests', 'differing-requests', 'reprinted-body'],
  },
  github: {
    covered: ['body'],
    replay: 'message',
    codes: ['unsigned-parts', 'no-time', 'unsigned-id', 'unsigned-type', 'differing-requests'],
  },
  gocardless: { ...BODY_BY_ID, covered: ['body', 'id'] },
  hmac: {
    covered: ['body', 'timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests', 'differing-requests'],
  },
  'http-message-signatures': {
    covered: ['method', 'host', 'path', 'query', 'body', 'timestamp'],
    headers: ['content-digest'],
    replay: 'message',
    codes: ['unsigned-parts', 'repeat-in-time', 'equal-requests'],
  },
  'hubspot-v1': {
    covered: ['body'],
    replay: 'message',
    codes: ['unsigned-parts', 'keyed-hash', 'no-time', 'differing-requests'],
  },
  'hubspot-v2': {
    covered: ['method', 'scheme', 'host', 'path', 'query', 'body'],
    replay: 'message',
    codes: ['unsigned-parts', 'assumed-scheme', 'keyed-hash', 'no-time', 'movable-text'],
  },
  'hubspot-v3': {
    covered: ['method', 'scheme', 'host', 'path', 'query', 'body', 'timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'assumed-scheme', 'repeat-in-time', 'movable-text', 'decoded-url'],
  },
  incode: { covered: [], replay: 'none', codes: ['bearer-secret'] },
  'jwt-bearer': BEARER,
  mailgun: {
    covered: ['timestamp', 'id'],
    replay: 'signed-id',
    codes: ['unsigned-body', 'unsigned-parts', 'repeat-in-time', 'unsigned-type', 'trusted-id'],
  },
  mercadopago: {
    covered: ['timestamp', 'id'],
    headers: ['x-request-id'],
    replay: 'message',
    codes: ['unsigned-body', 'unsigned-parts', 'repeat-in-time', 'unsigned-type', 'signed-parts'],
  },
  'plivo-v3': {
    covered: ['scheme', 'host', 'path', 'query', 'body', 'id'],
    replay: 'message',
    codes: ['unsigned-parts', 'assumed-scheme', 'no-time', 'movable-form-text', 'movable-query-text'],
  },
  'shopify-admin-query': {
    covered: ['query', 'timestamp'],
    replay: 'message',
    codes: [
      'unsigned-body',
      'unsigned-parts',
      'repeat-in-time',
      'equal-requests',
      'differing-requests',
      'decoded-url',
    ],
  },
  'google-pubsub': { ...BEARER, codes: ['bearer-token', 'rsa-pkcs1'] },
  livekit: TOKEN_OF_BODY,
  'messagebird-jwt': {
    covered: ['scheme', 'host', 'path', 'query', 'body', 'timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'assumed-scheme', 'repeat-in-time'],
  },
  plaid: TOKEN_OF_BODY,
  truelayer: {
    covered: ['method', 'path', 'body'],
    replay: 'message',
    codes: ['unsigned-parts', 'no-time', 'differing-requests', 'unsigned-path-end'],
  },
  'upstash-qstash': {
    covered: ['scheme', 'host', 'path', 'query', 'body', 'timestamp'],
    replay: 'message',
    codes: ['unsigned-parts', 'assumed-scheme', 'repeat-in-time', 'equal-requests', 'differing-requests'],
  },
  vonage: TOKEN_OF_BODY,
  line: BODY_ALONE,
  linear: OF_A_MILLISECOND,
  mailersend: TYPED_BODY,
  'messagebird-legacy': {
    ...TIMED_BODY,
    covered: ['query', 'body', 'timestamp'],
    codes: [...TIMED_BODY.codes, 'unsigned-query-order'],
  },
  mux: BY_ID,
  onfido: TYPED_BODY,
  paddle: BY_ID,
  pagerduty: BODY_BY_ID,
  pusher: BODY_ALONE,
  razorpay: TYPED_BODY,
  sanity: { ...OF_A_MILLISECOND, covered: ['body', 'timestamp'] },
  sendgrid: TIMED_BODY,
  sentry: { ...BODY_ALONE, codes: ['unsigned-parts', 'no-time', 'unsigned-type', 'differing-requests'] },
  shopify: {
    ...BODY_ALONE,
    codes: ['unsigned-parts', 'no-time', 'unsigned-id', 'unsigned-type', 'differing-requests'],
  },
  'shopify-events': {
    ...BODY_ALONE,
    codes: ['unsigned-parts', 'no-time', 'unsigned-id', 'differing-requests'],
  },
  slack: BY_ID,
  square: {
    covered: ['scheme', 'host', 'path', 'query', 'body', 'id', 'type'],
    replay: 'signed-id',
    codes: ['unsigned-parts', 'assumed-scheme', 'no-time', 'trusted-id', 'movable-text'],
  },
  'standard-webhooks': BY_WEBHOOK_ID,
  claude: BY_WEBHOOK_ID,
  clerk: BY_SVIX_ID,
  'gitlab-signing-token': BY_WEBHOOK_ID,
  liveblocks: BY_WEBHOOK_ID,
  openai: BY_WEBHOOK_ID,
  portone: BY_WEBHOOK_ID,
  replicate: BY_WEBHOOK_ID,
  resend: BY_SVIX_ID,
  svix: BY_SVIX_ID,
  stripe: BY_ID,
  telnyx: BY_ID,
  twilio: {
    covered: ['scheme', 'host', 'path', 'query', 'body'],
    replay: 'message',
    codes: [
      'unsigned-parts',
      'assumed-scheme',
      'sha1',
      'no-time',
      'differing-requests',
      'movable-text',
      'movable-form-text',
    ],
  },
  twitch: {
    covered: ['body', 'timestamp', 'id'],
    headers: ['twitch-eventsub-message-id'],
    replay: 'signed-id',
    codes: ['unsigned-parts', 'repeat-in-time', 'unsigned-type', 'trusted-id', 'movable-text'],
  },
  viber: TYPED_BODY,
  trello: {
    covered: ['scheme', 'host', 'path', 'query', 'body', 'id', 'type'],
    replay: 'signed-id',
    codes: ['unsigned-parts', 'assumed-scheme', 'sha1', 'no-time', 'trusted-id', 'movable-text'],
  },
  unit: { ...BODY_ALONE, codes: ['unsigned-parts', 'sha1', 'no-time', 'differing-requests'] },
  'x-twitter': BODY_ALONE,
  zoom: { ...TIMED_BODY, covered: ['body', 'timestamp', 'type'] },
  wise: { ...TYPED_BODY, codes: ['unsigned-parts', 'rsa-pkcs1', 'no-time', 'differing-requests'] },
  workos: BY_ID,
  worldline: BODY_BY_ID,
};

it.each(Object.entries(REPORTS))('%s', (id, { covered, headers = [], replay, codes }) => {
  const report = coverageReportOfProvider(writtenProvider(id));
  expect({ ...report, open: undefined, warnings: report.warnings.map(({ code }) => code) }).toEqual({
    covered,
    open: undefined,
    headers,
    replay,
    warnings: codes,
  });
  expect([...report.open].filter((part) => covered.includes(part))).toEqual([]);
  // A vendor's own definition cannot be mended at a gate.
  expect(report.warnings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});
