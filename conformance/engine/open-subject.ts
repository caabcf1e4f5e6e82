/** Puts a subject at its gate. */
import { createGate, type Gate, type GateOptions, type SignedRequest } from '@countersign/core';
import type { Opened, Place, PlaceId, Subject } from './model.ts';
import { PLACE_IDS } from './model.ts';
import { placesOf } from './places.ts';

/**
 * @param opened all that are open: its siblings are looked for there when they are needed
 * @throws Error where its own gate refuses it: nothing could be learnt from that.
 */
export async function openSubject(
  subject: Subject,
  others: readonly Subject[],
  opened: readonly Opened[],
): Promise<Opened> {
  const clock = { nowMs: subject.nowMs };
  const gate = gateAt(subject.options, clock);
  const { verdict, messages, match } = await gate.trace(subject.request);
  if (!verdict.ok) throw new Error(`${subject.id} is refused: ${verdict.reason}, ${verdict.message}`);
  const proved = messages.find(({ reading }) => reading === match?.reading)?.message;
  const places = new Map<PlaceId, readonly Place[]>();
  const all = placesOf(subject, gate, verdict);
  for (const id of PLACE_IDS) {
    places.set(
      id,
      all.filter((place) => place.id === id),
    );
  }
  return {
    ...subject,
    gate,
    primed: (await primedGate(subject.options, clock, subject.request)) ?? gate,
    clock,
    accepted: verdict,
    signers: await signersOf(subject, gate, verdict.keyId, clock),
    message: proved && Buffer.concat(proved.map((part) => Buffer.from(part as Uint8Array))),
    places,
    others,
    opened,
  };
}

/** A request may carry signatures by several. @param keyId the key that was told: the only one that there is where keys are fetched */
async function signersOf(
  subject: Subject,
  gate: Gate,
  keyId: string,
  clock: { readonly nowMs: number },
): Promise<ReadonlySet<string>> {
  const { keys = [] } = subject.options;
  if (!Array.isArray(keys) || keys.length === 0) return new Set([keyId]);
  const signers = new Set<string>();
  for (const [at, key] of keys.entries()) {
    const verdict = await gateAt({ ...subject.options, keys: [key] }, clock).verify(subject.request);
    if (verdict.ok)
      signers.add(keys.length === 1 ? verdict.keyId : (gate.keys.list()[at]?.id ?? verdict.keyId));
  }
  return signers;
}

export function gateAt(options: Omit<GateOptions, 'now'>, clock: { readonly nowMs: number }): Gate {
  return createGate({ ...options, now: () => clock.nowMs });
}

/** A gate that has accepted a request and acted on it; undefined where it refused that too. */
export async function primedGate(
  options: Omit<GateOptions, 'now'>,
  clock: { readonly nowMs: number },
  request: SignedRequest,
): Promise<Gate | undefined> {
  const gate = gateAt(options, clock);
  const { kind } = await gate.receive(request, () => ({ kind: 'done', value: undefined }));
  return kind === 'done' ? gate : undefined;
}
