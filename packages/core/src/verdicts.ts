/** The verdicts' records: what a passage has read, as its caller may see it. */

import type { RingKey } from './keys.ts';
import type { Accepted, Evidence, Refused, Repeat } from './model.ts';
import type { Objection } from './objection.ts';
import { isProbe } from './pick-handshake.ts';
import type { JudgingGate } from './pipeline-gate.ts';
import { REFUSALS } from './refusals.ts';
import type { Passage, Scheme } from './scheme.ts';

/** A record whose optional members are set one by one: spreading conditional members costs more than the rest of a verdict. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The verdict of a passage that held. Counts the key’s hit. */
export function accept({ scheme }: Pick<JudgingGate, 'scheme'>, passage: Passage): Accepted {
  const { reading, timestampMs } = passage;
  const key = passage.key as RingKey;
  const { replay: claims } = scheme;
  key.hit();
  const evidence = evidenceOf(scheme, passage);
  const verdict: Writable<Accepted> = claims?.lateVerdict
    ? claims.lateVerdict(scheme.name, key.info.id, evidence, () => claims.id(passage))
    : { ok: true, provider: scheme.name, keyId: key.info.id, evidence };
  const tenant = passage.keys?.tenant;
  if (tenant !== undefined) verdict.tenant = tenant;
  if (key.info.for) verdict.action = key.info.for.action;
  if (reading?.name) verdict.reading = reading.name;
  if (claims?.by === 'signed-id' && !claims.lateVerdict) {
    const id = claims.id(passage);
    if (id !== undefined) verdict.id = id;
  }
  if (timestampMs !== undefined) verdict.timestampMs = timestampMs;
  const members = scheme.tell?.(passage);
  return members === undefined ? verdict : Object.assign(verdict, members);
}

/** The verdict of a passage that did not hold, with the step that it is at. */
export function refuse(
  { scheme }: Pick<JudgingGate, 'scheme'>,
  passage: Passage,
  fault: Objection,
  repeat?: Repeat,
): Refused {
  passage.objection = fault;
  const { reason, problem, remedy } = fault;
  const verdict: Writable<Refused> = {
    ok: false,
    provider: scheme.name,
    reason,
    step: passage.step,
    message: problem,
    remedy: remedy ?? REFUSALS[reason].remedy,
    evidence: evidenceOf(scheme, passage),
  };
  if (repeat) verdict.repeat = repeat;
  if (scheme.handshakes.length > 0 && isProbe(scheme, passage, reason)) verdict.isProbe = true;
  return verdict;
}

function evidenceOf(scheme: Scheme, passage: Passage): Evidence {
  let signatures = 0;
  for (const variant of passage.signatures) signatures += variant.length;
  const { timestampText, timestampMs, comparisons, readingsTried, nowMs } = passage;
  const provider = scheme.name;
  const bodyBytes = passage.request.body.length;
  // Two records: members that are added to one later are kept apart from it, which costs an allocation more.
  const evidence: Writable<Evidence> =
    timestampText === undefined || timestampMs === undefined
      ? { provider, bodyBytes, signatures, comparisons, readingsTried, nowMs }
      : { provider, bodyBytes, signatures, comparisons, readingsTried, timestampText, timestampMs, nowMs };
  if (passage.signaturesSkipped > 0) evidence.signaturesSkipped = passage.signaturesSkipped;
  if (passage.namedKeyId !== undefined) evidence.namedKeyId = passage.namedKeyId;
  if (timestampText !== undefined && timestampMs === undefined) evidence.timestampText = timestampText;
  return evidence;
}
