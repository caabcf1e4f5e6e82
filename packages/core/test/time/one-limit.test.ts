/** What is a time is the same everywhere: what `sign` takes, `verify` reads. */
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  findProvider,
  providers,
  SetupError,
  writtenProvider,
} from '../../src/index.ts';
import { SENDER_DRAFTS } from '../support/sender-drafts.ts';

const SECRET = 'a secret of thirty-two characters';
const KEYS: Readonly<Record<string, string>> = {
  approov: Buffer.from(SECRET).toString('base64'),
  'standard-webhooks': `whsec_${Buffer.from(SECRET).toString('base64')}`,
};
/** The last millisecond of the year 9999. */
const LAST = 253_402_300_799_999;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const BODIES: Readonly<Record<string, Partial<Draft>>> = {
  flowent: { body: '{"action_name":"a","parameters":{}}' },
  'flow-production-tracking': { headers: FORM, body: 'user_id=1' },
  ...SENDER_DRAFTS,
};
const draftOf = (id: string): Draft => ({
  method: 'POST',
  url: 'https://api.example/a',
  headers: {},
  body: '{"id":"evt_1"}',
  id: 'msg_1',
  ...BODIES[id],
});

/** Those that sign with a shared secret, by any scheme; and the units that a timestamp may have. */
const CHOICES: readonly (readonly [string, object])[] = [
  ...providers.filter(({ id }) => canSign(id)).map(({ id }) => [id, {}] as const),
  ...['s', 'ms', 'rfc3339'].map(
    (unit) => ['hmac', { message: '{timestamp}.{body}', timestamp: { header: 'x-time', unit } }] as const,
  ),
  ['http-message-signatures', { required: ['expires'] }],
];

/** Senders whose time stands right beside another part, so that it is signed with as many digits as it has in this age. */
const OF_THIS_AGE = ['cashfree', 'cloudinary', 'dropbox-sign', 'hubspot-v3', 'inngest', 'mailgun'];

function canSign(id: string): boolean {
  try {
    gateOf(id, {}, 0);
    return true;
  } catch {
    return false;
  }
}

function gateOf(id: string, options: object, nowMs: number) {
  return createGate({
    provider: writtenProvider(id, { ...findProvider(id)?.needs, ...options }),
    keys: [KEYS[id] ?? SECRET],
    now: () => nowMs,
  });
}

describe('a time', () => {
  it('has providers to be tried with', () => {
    const ids = CHOICES.map(([id]) => id);
    expect(ids).toEqual(expect.arrayContaining(['flowent', 'stripe', 'slack', 'approov', 'jwt-bearer']));
  });

  it.each(CHOICES)(
    'that %s %j signs is one that it reads: to the end of the year 9999',
    async (id, options) => {
      for (const timestampMs of [0, 1, 999, 1_760_000_000_000, LAST - 300_000, LAST - 1_000, LAST]) {
        if (OF_THIS_AGE.includes(id) && !/^\d{13}$/.test(String(timestampMs))) continue;
        const gate = gateOf(id, options, timestampMs);
        const verdict = await gate.verify(await gate.sign({ ...draftOf(id), timestampMs }));
        const said = verdict.ok ? 'ok' : `${verdict.reason}: ${verdict.message}`;
        // An expiry in whole seconds lies before the very last millisecond.
        expect(said, `signed at ${timestampMs}`).toMatch(timestampMs === LAST ? /^(ok$|expired)/ : /^ok$/);
      }
    },
  );

  it.each(CHOICES)('that is none is not signed by %s %j, and its number is told', async (id, options) => {
    for (const timestampMs of [LAST + 1, 8.64e15, -1, -LAST, Number.POSITIVE_INFINITY]) {
      const sign = async () => gateOf(id, options, 0).sign({ ...draftOf(id), timestampMs });
      const thrown = await sign().catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(SetupError);
      expect(String(thrown)).toContain(`request.timestampMs: it is ${timestampMs}. Give milliseconds`);
    }
  });

  it('that a gate’s own clock shows, and that is none, is not signed', async () => {
    const sign = async (now: number) => gateOf('slack', {}, now).sign(draftOf('slack'));
    for (const now of [LAST + 1, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(sign(now)).rejects.toThrow(`now: it returned ${now}. Return milliseconds since the epoch`);
    }
  });
});
