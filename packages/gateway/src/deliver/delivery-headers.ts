/** The headers of a delivery: what of the sender’s passes on, and what is told of the event. */
import type { Gate } from '@countersign/core';
import { createPassingHeaders, headerSafe, verdictHeader } from '../passing-headers.ts';
import type { KeptEvent } from '../stores/event-store.ts';

/**
 * What becomes of the sender’s proof. `pass`: it goes along as it came, as far as it is a signature; a token, which is good for other
 * requests, is withheld. `drop`: it is left out, as it is wherever a delivery is signed anew.
 */
export type SenderProof = 'pass' | 'drop';

export interface DeliveryHeadersOptions {
  /** What proves the requests of the event’s gate. Undefined: nothing. */
  readonly scheme: Gate['scheme'] | undefined;
  readonly proof: SenderProof;
  /** Headers that pass although they override what is known of the request, or were withheld: in lower case. */
  readonly keepHeaders?: readonly string[];
  /** Headers that the signature makes: in lower case. */
  readonly signed?: readonly string[];
}

export interface DeliveredEvent {
  readonly event: Pick<
    KeptEvent,
    'id' | 'gate' | 'provider' | 'keyId' | 'tenant' | 'receivedMs' | 'headers' | 'withheld' | 'verdict'
  >;
  /** Its headers with what was withheld, where that opens. Only what `keepHeaders` names of it is sent. */
  readonly opened?: readonly string[] | undefined;
  /** Lower-case names of headers that its proof covers, where its sender chooses them: what its verdict says. */
  readonly covered?: readonly string[] | undefined;
  /** From 1. */
  readonly attempt: number;
  /** Whether the body is another than the sender’s. */
  readonly isChanged?: boolean;
  /** By name in any case: a header’s new value, or null where it is left out. */
  readonly changes?: Readonly<Record<string, string | null>> | undefined;
}

/** What is true of the sender’s body only. */
const OF_THE_BODY: readonly string[] = [
  'content-encoding',
  'content-digest',
  'repr-digest',
  'digest',
  'content-md5',
  'etag',
];

/**
 * Makes the headers of a delivery: names and values in turn, in the order in which they came, what is told of the event behind them.
 *
 * Where the body was changed, the sender’s proof proves nothing any more, and is left out with what describes its bytes.
 */
export function createDeliveryHeaders({
  scheme,
  proof,
  keepHeaders = [],
  signed = [],
}: DeliveryHeadersOptions): (delivered: DeliveredEvent) => readonly string[] {
  const plain = createPassingHeaders({
    scheme,
    keepsProof: proof === 'pass',
    keepHeaders,
    madeAnew: signed,
  });
  const changed = createPassingHeaders({
    scheme,
    keepsProof: false,
    keepHeaders,
    madeAnew: [...signed, ...OF_THE_BODY],
  });
  return (delivered) => {
    const passing = delivered.isChanged === true ? changed : plain;
    const headers = passing(sentHeaders(delivered, keepHeaders), delivered.covered);
    return [...withChanges(headers, delivered.changes), ...toldHeaders(delivered)];
  };
}

/** Without what was withheld, but for what the operator has named. */
function sentHeaders({ event, opened }: DeliveredEvent, keepHeaders: readonly string[]): readonly string[] {
  const { headers, withheld } = event;
  if (withheld === undefined) return headers;
  const flat = opened ?? headers;
  const sent: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    const lower = name.toLowerCase();
    if (withheld.names.includes(lower) && (opened === undefined || !keepHeaders.includes(lower))) continue;
    sent.push(name, flat[i + 1] ?? '');
  }
  return sent;
}

/** A header’s new value stands where the first of its name stood, or behind all others. */
function withChanges(flat: readonly string[], changes: DeliveredEvent['changes'] = {}): readonly string[] {
  const values = new Map(
    Object.entries(changes).map(([name, value]) => [name.toLowerCase(), { name, value }]),
  );
  if (values.size === 0) return flat;
  const headers: string[] = [];
  const placed = new Set<string>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    const lower = name.toLowerCase();
    const change = values.get(lower);
    if (change === undefined) headers.push(name, flat[i + 1] ?? '');
    else if (change.value !== null && !placed.has(lower)) headers.push(change.name, change.value);
    placed.add(lower);
  }
  for (const [lower, { name, value }] of values) {
    if (value !== null && !placed.has(lower)) headers.push(name, value);
  }
  return headers;
}

/** The sender cannot: headers of this prefix never pass. */
function toldHeaders({ event, attempt }: DeliveredEvent): readonly string[] {
  const { id, gate, provider, keyId, tenant, receivedMs, verdict } = event;
  return [
    'countersign-event',
    id,
    'countersign-gate',
    gate,
    'countersign-provider',
    headerSafe(provider),
    ...(keyId === '' ? [] : ['countersign-key-id', headerSafe(keyId)]),
    ...(tenant === undefined ? [] : ['countersign-tenant', headerSafe(tenant)]),
    ...(verdict?.isMonitored === true ? ['countersign-verdict', verdictHeader(verdict.refused?.reason)] : []),
    'countersign-received',
    new Date(receivedMs).toISOString(),
    'countersign-attempt',
    String(attempt),
  ];
}
