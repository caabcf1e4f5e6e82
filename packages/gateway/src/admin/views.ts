/** What the admin API shows of gates and events. */
import { Buffer, isUtf8 } from 'node:buffer';
import type * as api from '@countersign/api';
import type { KeyInfo } from '@countersign/core';
import { keyReports, strengthOfKey } from '@countersign/core/coverage';
import { handsKeys } from '../gates/hands-keys.ts';
import { coverageInModes } from '../gates/mode-warnings.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Masks, Shown } from '../keeping/masks.ts';
import { createSlices } from '../loop-slices.ts';
import type { RefusalPage, RefusedHead, RefusedRequest } from '../sealed/sealed-refusals.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { EventSummary, KeptEvent, KeptVerdict } from '../stores/event-store.ts';
import { modesView } from './mode-views.ts';

export interface GateSurroundings {
  /** As configured. */
  readonly publicUrl: string | undefined;
  /** Of the public listener, for its own machine. */
  readonly localUrl: string;
  /** By gate, what holds its key. */
  readonly keyVariables: ReadonlyMap<string, string>;
  /** Whether refused requests outlive the gateway. */
  readonly isStored: boolean;
  readonly nowMs: number;
}

export function gateView(
  gate: OpenGate,
  { publicUrl, localUrl, keyVariables, isStored, nowMs }: GateSurroundings,
): api.GateView {
  const { config, coreGate, outcome, counts, proofs, refusals } = gate;
  const keyVariable = keyVariables.get(config.name);
  // A ring that was replaced has begun anew.
  const hitsOf = (id: string): number =>
    proofs.list().reduce((sum, { keyId, count }) => (keyId === id ? sum + count : sum), 0);
  return {
    name: config.name,
    path: config.path,
    ...(publicUrl !== undefined && { url: publicUrl + config.path }),
    localUrl: localUrl + config.path,
    ...(keyVariable !== undefined && { keyVariable }),
    methods: config.methods,
    provider: coreGate?.provider ?? 'none',
    outcome: outcome.kind,
    keys:
      coreGate?.keys.list().map((key) => keyView({ ...key, hits: Math.max(key.hits, hitsOf(key.id)) })) ?? [],
    ...(handsKeys(config) && { handsOverKey: true }),
    coverage: coverageInModes(gate, nowMs),
    counts: {
      accepted: counts.accepted,
      handshakes: counts.handshakes,
      refused: counts.refused,
      refusedBy: Object.fromEntries(counts.refusedBy),
    },
    ...(refusals && {
      keepsRefused: {
        atMost: refusals.bounds.atMost,
        forSeconds: refusals.bounds.forMs / 1000,
        where: isStored ? 'store' : 'memory',
        leftOut: refusals.leftOut,
      },
    }),
    ...modesView(gate, keyView),
  };
}

export function eventSummaryView(event: EventSummary): api.EventSummaryView {
  const { tenant, type, destinations, refused, erasedMs } = event;
  return {
    id: event.id,
    place: event.place,
    gate: event.gate,
    provider: event.provider,
    keyId: event.keyId,
    ...(tenant !== undefined && { tenant }),
    ...(type !== undefined && { type }),
    receivedAt: new Date(event.receivedMs).toISOString(),
    method: event.method,
    url: event.url,
    bodyBytes: event.bodyBytes,
    ...(destinations !== undefined && { destinations }),
    ...(refused !== undefined && { refused }),
    ...(erasedMs !== undefined && { erasedAt: new Date(erasedMs).toISOString() }),
  };
}

/** As they are shown, in slices. */
export async function eventSummaries(
  events: readonly EventSummary[],
  masks: Pick<Masks, 'summary'>,
): Promise<readonly api.EventSummaryView[]> {
  const slice = createSlices();
  const views: api.EventSummaryView[] = [];
  for (const event of events) {
    views.push(eventSummaryView(await masks.summary(event)));
    await slice();
  }
  return views;
}

/** @param summary of the same event */
export function eventView(
  event: Shown<KeptEvent>,
  summary: EventSummary,
  deliveries: readonly api.DeliveryWithAttemptsView[],
): api.EventView {
  const { verdict, erased } = event;
  return {
    ...eventSummaryView(summary),
    headers: headerViews(event.headers, withheldOf(event)),
    ...(event.forwarded && { forwarded: event.forwarded }),
    ...(event.claim && { claimId: Buffer.from(event.claim.identity).toString('hex') }),
    bodyBase64: base64Of(event.body),
    ...(event.hashed && { bodySha256: event.hashed.sha256 }),
    ...(event.isMasked === true && { masked: true }),
    ...(verdict && { verdict: keptVerdictView(verdict) }),
    ...(erased && { erasedSha256: erased.sha256 }),
    deliveries,
  };
}

function withheldOf({ withheld }: KeptEvent): Withheld | undefined {
  return withheld && { names: withheld.names, how: withheld.sealed === undefined ? 'left-out' : 'sealed' };
}

interface Withheld {
  /** In lower case. */
  readonly names: readonly string[];
  readonly how: 'sealed' | 'left-out';
}

/** @param headers names and values in turn. @param withheld undefined: none is */
export function headerViews(headers: readonly string[], withheld: Withheld | undefined): api.HeaderView[] {
  const views: api.HeaderView[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const isWithheld = withheld?.names.includes(name.toLowerCase()) === true;
    views.push({
      name,
      ...headerValue(isWithheld ? '' : (headers[i + 1] ?? '')),
      ...(isWithheld && { withheld: withheld.how }),
    });
  }
  return views;
}

function keptVerdictView(kept: KeptVerdict): api.KeptVerdictView {
  const { isMonitored, refused, proof, reading, timestampMs, evidence } = kept;
  return {
    ...(isMonitored && { isMonitored }),
    ...(refused && { refused }),
    ...(proof !== undefined && { proof }),
    ...(reading !== undefined && { reading }),
    ...(timestampMs !== undefined && { timestamp: new Date(timestampMs).toISOString() }),
    evidence: { ...evidence },
  };
}

export function claimView(gate: string, claimId: string, held: HeldClaim): api.ClaimView {
  const { untilMs, takenMs, eventId } = held;
  return {
    gate,
    claimId: claimId.toLowerCase(),
    ...(takenMs !== undefined && { takenAt: new Date(takenMs).toISOString() }),
    heldUntil: new Date(untilMs).toISOString(),
    ...(eventId !== undefined && { eventId }),
  };
}

function refusedSummaryView(head: RefusedHead): api.RefusedSummaryView {
  const { id, gate, receivedMs, method, url, reason, step, message, remoteAddress, bodyBytes } = head;
  return {
    id,
    gate,
    receivedAt: new Date(receivedMs).toISOString(),
    method,
    url,
    reason,
    step,
    ...(message !== undefined && { message }),
    remoteAddress,
    bodyBytes,
  };
}

export function refusedPage({ refusals, next, unreadable }: RefusalPage): api.RefusedPage {
  return {
    refused: refusals.map(refusedSummaryView),
    ...(next !== undefined && { next }),
    ...(unreadable > 0 && { unreadable }),
  };
}

export function refusedView(request: Shown<RefusedRequest>): api.RefusedView {
  const { headers, forwarded, body, bodyLeftOut, repeat } = request;
  return {
    ...refusedSummaryView(request),
    headers: headerViews(headers, undefined),
    ...(forwarded && { forwarded }),
    bodyBase64: base64Of(body),
    ...(bodyLeftOut && { bodyLeftOut }),
    ...(repeat && { repeat }),
    ...(request.isMasked === true && { masked: true }),
  };
}

export function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** @param value a byte string */
function headerValue(value: string): Pick<api.HeaderView, 'value' | 'valueBase64'> {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? { value: bytes.toString('utf8') } : { value, valueBase64: bytes.toString('base64') };
}

export function keyView(key: KeyInfo): api.KeyView {
  const { fromMs, untilMs, ...rest } = key;
  const strengthBits = strengthOfKey(key);
  return {
    ...rest,
    ...(strengthBits !== undefined && { strengthBits }),
    warnings: keyReports(key),
    ...(fromMs !== undefined && { from: new Date(fromMs).toISOString() }),
    ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
  };
}
