/** The verdicts' records: what a passage has read, as its caller may see it. */
import type { RingKey } from './keys.ts';
import { AcceptedWithLateId } from './late-id.ts';
import type { Accepted, Evidence, Refused, Repeat } from './model.ts';
import type { Objection } from './objection.ts';
import { REFUSALS } from './refusals.ts';
import type { Passage, Scheme } from './scheme.ts';

interface JudgingGate {
  readonly scheme: Scheme;
}

/** A record whose optional members are set one by one: spreading conditional members costs more than the rest of a verdict. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The verdict of a passage that held. Counts the key’s hit. */
export function accept({ scheme }: JudgingGate, passage: Passage): Accepted {
  const { key, reading, timestampMs, claims, form } = passage as Passage & { key: RingKey };
  key.hit();
  const evidence = evidenceOf(scheme, passage);
  const verdict: Writable<Accepted> = scheme.isIdInBody
    ? new AcceptedWithLateId(scheme.name, key.info.id, evidence, () => scheme.signedId(passage))
    : { ok: true, provider: scheme.name, keyId: key.info.id, evidence };
  if (reading?.name) verdict.reading = reading.name;
  if (scheme.replay === 'signed-id' && !scheme.isIdInBody) {
    const id = scheme.signedId(passage);
    if (id !== undefined) verdict.id = id;
  }
  if (timestampMs !== undefined) verdict.timestampMs = timestampMs;
  if (claims) verdict.claims = claims;
  if (form)
    verdict.fields = new Map(form.flatMap(({ name, value }) => (value === '' ? [] : [[name, value]])));
  if (scheme.coveredBy) verdict.coveredHeaders = scheme.coveredBy(passage);
  return verdict;
}

/** The verdict of a passage that did not hold. */
export function refuse(
  { scheme }: JudgingGate,
  passage: Passage,
  { reason, message, remedy }: Objection,
  repeat?: Repeat,
): Refused {
  const verdict: Writable<Refused> = {
    ok: false,
    provider: scheme.name,
    reason,
    step: REFUSALS[reason].step,
    message,
    remedy: remedy ?? REFUSALS[reason].remedy,
    evidence: evidenceOf(scheme, passage),
  };
  if (repeat) verdict.repeat = repeat;
  return verdict;
}

function evidenceOf(scheme: Scheme, passage: Passage): Evidence {
  let signatures = 0;
  for (const variant of passage.signatures) signatures += variant.length;
  const evidence: Writable<Evidence> = {
    provider: scheme.name,
    bodyBytes: passage.request.body.length,
    signatures,
    keysTried: passage.keysTried,
    readingsTried: passage.readingsTried,
    nowMs: passage.nowMs,
  };
  if (passage.signaturesSkipped > 0) evidence.signaturesSkipped = passage.signaturesSkipped;
  if (passage.namedKeyId !== undefined) evidence.namedKeyId = passage.namedKeyId;
  if (passage.timestampText !== undefined) evidence.timestampText = passage.timestampText;
  if (passage.timestampMs !== undefined) evidence.timestampMs = passage.timestampMs;
  return evidence;
}
