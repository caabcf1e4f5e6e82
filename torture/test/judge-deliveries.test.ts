/** What a destination got is held against what was sent: each fault is planted, and found. */
import { describe, expect, it } from 'vitest';
import { createFaults } from '../engine/fault.ts';
import { createDeliveryJudge } from '../engine/judge-deliveries.ts';
import { createLedger } from '../engine/ledger.ts';
import { createRequestSource, type SentRequest } from '../engine/sent-request.ts';
import type { Delivered } from '../engine/sink.ts';

const requests = createRequestSource({ seed: 3, forgedPercent: 30 });
const all = Array.from({ length: 60 }, (_, n) => requests.make(n, 1_000));
const genuine = all.find(({ isForged }) => !isForged) as SentRequest;
const forged = all.find(({ isForged }) => isForged) as SentRequest;

/** The codes of what is found, where these requests were acknowledged and these deliveries came. */
function codesOf(acknowledged: readonly SentRequest[], deliveries: readonly Delivered[]): readonly string[] {
  const ledger = createLedger();
  const faults = createFaults();
  const judge = createDeliveryJudge(ledger, faults);
  for (const request of acknowledged) ledger.told(ledger.sent(request, 1_000), 'acknowledged');
  ledger.told(ledger.sent(forged, 1_000), 'refused');
  for (const delivery of deliveries) judge.take(delivery);
  judge.judgeMissing({
    taken: new Map(deliveries.flatMap(({ n, isTaken }) => (isTaken ? [[n, 1] as const] : []))),
  });
  return faults.all.map(({ code }) => code);
}

function delivered(request: SentRequest, changes: Partial<Delivered> = {}): Delivered {
  const { n, bodyDigest } = request;
  return { n, bodyDigest, eventId: `event-${n}`, isTaken: true, hasCredentials: false, ...changes };
}

describe('the judge of deliveries', () => {
  it('finds nothing where each is delivered, at least once', () => {
    expect(
      codesOf([genuine], [delivered(genuine, { isTaken: false }), delivered(genuine), delivered(genuine)]),
    ).toEqual([]);
  });

  it('misses what was acknowledged and never taken', () => {
    expect(codesOf([genuine], [])).toEqual(['not-delivered']);
    expect(codesOf([genuine], [delivered(genuine, { isTaken: false })])).toEqual(['not-delivered']);
  });

  it('sees a body that is another', () => {
    expect(codesOf([genuine], [delivered(genuine, { bodyDigest: 'another' })])).toEqual([
      'delivered-altered',
    ]);
  });

  it('sees a forged request, and one that was never sent', () => {
    expect(codesOf([], [delivered(forged)])).toEqual(['delivered-wrongly']);
    expect(codesOf([], [delivered(genuine)])).toEqual(['delivered-wrongly']);
  });

  it('sees credentials', () => {
    expect(codesOf([genuine], [delivered(genuine, { hasCredentials: true })])).toEqual(['secret-shown']);
  });

  it('sees attempts that call their event by another id', () => {
    expect(codesOf([genuine], [delivered(genuine), delivered(genuine, { eventId: 'another' })])).toEqual([
      'unstable-id',
    ]);
  });
});
