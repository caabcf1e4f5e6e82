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

const REPORTS: Readonly<Record<ProviderId, Report>> = {
  approov: BEARER,
  dpop: {
    covered: ['method', 'scheme', 'host', 'path', 'timestamp', 'id'],
    replay: 'signed-id',
    codes: ['unsigned-body', 'unsigned-parts', 'assumed-scheme', 'repeat-in-time', 'normal-path'],
  },
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
  incode: { covered: [], replay: 'none', codes: ['bearer-secret'] },
  'jwt-bearer': BEARER,
  slack: BY_ID,
  'standard-webhooks': { ...BY_ID, headers: ['webhook-id'] },
  stripe: BY_ID,
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
