/** What the admin API shows of a gate's modes. */
import type * as api from '@countersign/api';
import type { KeyInfo } from '@countersign/core';
import type { OpenGate } from '../gates/open-gate.ts';
import type { TakenProof } from '../modes/several-proofs.ts';
import type { Disagreement, Shadow } from '../modes/shadow.ts';
import { isoTime } from './iso-time.ts';

type ModesView = Pick<api.GateView, 'monitors' | 'olderProofs' | 'olderProofSenders' | 'shadow'>;

/** @param keyView shows a key without its secret. @returns nothing of a gate that enforces one proof */
export function modesView(
  { config, counts, modes }: Pick<OpenGate, 'config' | 'counts' | 'modes'>,
  keyView: (key: KeyInfo) => api.KeyView,
): ModesView {
  if (modes === undefined) return {};
  const { monitor } = config;
  const { several, senders, shadow } = modes;
  const live = several?.live();
  return {
    ...(monitor && {
      monitors: {
        now: modes.monitors(),
        ...(monitor.untilMs !== undefined && { until: isoTime(monitor.untilMs) }),
        letThrough: Object.fromEntries(counts.letThrough),
      },
    }),
    ...(several && {
      olderProofs: several.proofs.slice(1).map((proof) => olderProofView(proof, live, keyView)),
      olderProofSenders: {
        senders: senders.list().map(({ firstMs, lastMs, ...sender }) => ({
          ...sender,
          firstAt: isoTime(firstMs),
          lastAt: isoTime(lastMs),
        })),
        forgotten: senders.forgotten,
      },
    }),
    ...(shadow && { shadow: shadowView(shadow, keyView) }),
  };
}

function olderProofView(
  proof: TakenProof,
  live: readonly TakenProof[] | undefined,
  keyView: (key: KeyInfo) => api.KeyView,
): api.OlderProofView {
  const { label, gate, untilMs } = proof;
  return {
    proof: label,
    provider: gate.provider,
    until: isoTime(untilMs ?? 0),
    isTaken: live?.includes(proof) === true,
    keys: gate.keys.list().map(keyView),
  };
}

function shadowView(
  { gate, counts, dropped, disagreements }: Shadow,
  keyView: (key: KeyInfo) => api.KeyView,
) {
  return {
    provider: gate.provider,
    keys: gate.keys.list().map(keyView),
    bothAccept: counts['both-accept'],
    bothRefuse: counts['both-refuse'],
    onlyFirst: counts['only-first'],
    onlyShadow: counts['only-shadow'],
    dropped,
    disagreements: disagreements.map(disagreementView),
  } satisfies api.ShadowView;
}

function disagreementView({ requestId, atMs, first, shadow }: Disagreement): api.DisagreementView {
  return {
    requestId,
    at: isoTime(atMs),
    ...(first !== undefined && { first }),
    ...(shadow !== undefined && { shadow }),
  };
}
