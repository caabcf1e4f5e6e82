/** What the demo prints of a request that was judged. */
import { REFUSALS } from '@countersign/core';
import { expect, it } from 'vitest';
import { causeLine, playedLine } from '../../src/demo/played-text.ts';
import type { Played } from '../../src/demo/player.ts';
import type { Style } from '../../src/output.ts';

const asIs = (text: string): string => text;
const PLAIN: Style = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };

const printed = (told: Partial<Played['record']>): readonly string[] => {
  const record: Played['record'] = {
    requestId: '1',
    gate: 'hmac',
    session: undefined,
    method: 'POST',
    path: '/hmac',
    verdict: 'refused',
    reason: undefined,
    step: undefined,
    message: undefined,
    remedy: undefined,
    keyId: undefined,
    tenant: undefined,
    reading: undefined,
    proof: undefined,
    letThrough: undefined,
    isProbe: undefined,
    certificate: undefined,
    claim: undefined,
    replay: undefined,
    claimId: undefined,
    eventId: undefined,
    attempt: undefined,
    status: 401,
    durationMs: 1,
    ...told,
  };
  return playedLine({ timeMs: 0, record }, PLAIN)
    .split('\n')
    .map((line) => line.trim());
};

it('says under a refusal what happened and what to do, and shows what others wrote', () => {
  const message = 'the signature is 30 bytes long; that of hmac-sha256 is 32';
  expect(
    printed({ reason: 'malformed-signature', step: 'extract', message, remedy: 'Compare\u001b it.' }),
  ).toEqual([
    expect.stringMatching(/hmac +✗ 401 malformed-signature +your POST \/hmac {2}step extract$/),
    message,
    '→ Compare␛ it.',
  ]);
});

it('says what to do alone where the reason says all that happened', () => {
  const [, ...below] = printed({ reason: 'no-gate', step: 'pick', status: 404 });
  expect(below).toEqual([`→ ${REFUSALS['no-gate'].remedy}`]);
});

it('has one line for what was taken, also for a repeat that is acknowledged', () => {
  expect(printed({ verdict: 'accepted', status: 200, keyId: 'main' })).toHaveLength(1);
  expect(
    printed({ reason: 'replayed', step: 'replay', status: 200, message: 'it came before' }),
  ).toHaveLength(1);
});

it('says the cause of a request of its list once it is found out, and shows what others wrote', () => {
  const text = causeLine(
    {
      time: '2026-01-01T00:00:00.000Z',
      requestId: '1',
      method: 'POST',
      path: '/hmac\u001b',
      verdict: 'refused',
      status: 401,
      durationMs: 1,
      gate: 'hmac',
      system: undefined,
      title: undefined,
      finding: { id: 'a', certainty: 'proved', sentence: 'It was \u001b changed.', mend: 'Keep it.' },
    },
    PLAIN,
  );
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    expect.stringMatching(/hmac +of “\/hmac␛” {2}Cause, proved by trying it: It was ␛ changed\.$/),
    '→ Keep it.',
  ]);
});
