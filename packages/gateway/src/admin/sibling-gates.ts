/** What gates of several gateways that share their listeners have counted, as one gate's counts. */
import type {
  GateView,
  KeyView,
  MonitorView,
  OlderProofSendersView,
  OlderProofSenderView,
  OlderProofView,
  ShadowView,
} from '@countersign/api';
import type { OpenGate } from '../gates/open-gate.ts';
import type { SiblingText } from '../metrics/siblings.ts';
import { gateView } from './views.ts';

/** Only what is counted is read of it. */
const ELSEWHERE = { publicUrl: undefined, localUrl: '', keyVariables: new Map<string, string>() };

/** As `withCounts` reads it. */
export function countsText(gates: readonly OpenGate[], nowMs: number): string {
  return JSON.stringify(gates.map((gate) => gateView(gate, { ...ELSEWHERE, isStored: false, nowMs })));
}

/** With what the others have counted at the gates of the same names. */
export function withCounts(gates: readonly GateView[], texts: readonly SiblingText[]): readonly GateView[] {
  const others = texts.flatMap(({ text }): readonly GateView[] => JSON.parse(text));
  return gates.map((gate) => others.filter(({ name }) => name === gate.name).reduce(addedGate, gate));
}

function addedGate(gate: GateView, other: GateView): GateView {
  const { counts, keepsRefused, monitors, olderProofs, olderProofSenders, shadow } = gate;
  return {
    ...gate,
    keys: addedKeys(gate.keys, other.keys),
    counts: {
      accepted: counts.accepted + other.counts.accepted,
      handshakes: counts.handshakes + other.counts.handshakes,
      refused: counts.refused + other.counts.refused,
      refusedBy: addedByWord(counts.refusedBy, other.counts.refusedBy),
    },
    ...(keepsRefused && {
      keepsRefused: {
        ...keepsRefused,
        leftOut: keepsRefused.leftOut + (other.keepsRefused?.leftOut ?? 0),
      },
    }),
    ...(monitors && { monitors: addedMonitor(monitors, other.monitors) }),
    ...(olderProofs && { olderProofs: addedProofs(olderProofs, other.olderProofs) }),
    ...(olderProofSenders && {
      olderProofSenders: addedSenders(olderProofSenders, other.olderProofSenders),
    }),
    ...(shadow && { shadow: addedShadow(shadow, other.shadow) }),
  };
}

function addedKeys(keys: readonly KeyView[], others: readonly KeyView[]): readonly KeyView[] {
  const hits = new Map(others.map((key) => [key.id, key.hits]));
  return keys.map((key) => ({ ...key, hits: key.hits + (hits.get(key.id) ?? 0) }));
}

function addedByWord(
  counts: Readonly<Record<string, number>>,
  others: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = new Map(Object.entries(counts));
  for (const [word, count] of Object.entries(others)) sums.set(word, (sums.get(word) ?? 0) + count);
  return Object.fromEntries(sums);
}

function addedMonitor(monitors: MonitorView, other: MonitorView | undefined): MonitorView {
  return { ...monitors, letThrough: addedByWord(monitors.letThrough, other?.letThrough ?? {}) };
}

function addedProofs(
  proofs: readonly OlderProofView[],
  others: readonly OlderProofView[] = [],
): readonly OlderProofView[] {
  const keys = new Map(others.map((other) => [other.proof, other.keys]));
  return proofs.map((proof) => ({ ...proof, keys: addedKeys(proof.keys, keys.get(proof.proof) ?? []) }));
}

/** As at one gateway. */
const MOST_SENDERS = 1_000;
const MOST_DISAGREEMENTS = 20;

function addedSenders(
  { senders, forgotten }: OlderProofSendersView,
  others: OlderProofSendersView = { senders: [], forgotten: 0 },
): OlderProofSendersView {
  const bySender = new Map<string, OlderProofSenderView>();
  for (const sender of [...senders, ...others.senders]) {
    const id = JSON.stringify([sender.proof, sender.keyId, sender.subject]);
    const earlier = bySender.get(id);
    bySender.set(id, earlier === undefined ? sender : addedSender(earlier, sender));
  }
  // Times of one format are in the order of their texts.
  const all = [...bySender.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
  const beyond = Math.max(0, all.length - MOST_SENDERS);
  return { senders: all.slice(0, MOST_SENDERS), forgotten: forgotten + others.forgotten + beyond };
}

function addedSender(sender: OlderProofSenderView, other: OlderProofSenderView): OlderProofSenderView {
  return {
    ...sender,
    requests: sender.requests + other.requests,
    firstAt: sender.firstAt < other.firstAt ? sender.firstAt : other.firstAt,
    lastAt: sender.lastAt > other.lastAt ? sender.lastAt : other.lastAt,
  };
}

function addedShadow(shadow: ShadowView, other: ShadowView | undefined): ShadowView {
  if (other === undefined) return shadow;
  return {
    provider: shadow.provider,
    keys: addedKeys(shadow.keys, other.keys),
    bothAccept: shadow.bothAccept + other.bothAccept,
    bothRefuse: shadow.bothRefuse + other.bothRefuse,
    onlyFirst: shadow.onlyFirst + other.onlyFirst,
    onlyShadow: shadow.onlyShadow + other.onlyShadow,
    dropped: shadow.dropped + other.dropped,
    disagreements: [...shadow.disagreements, ...other.disagreements]
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, MOST_DISAGREEMENTS),
  };
}
