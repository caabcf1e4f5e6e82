/** Platforms' tests of an address: which requests may be one, and what is answered. */
import { andThen, ownPromise } from './and-then.ts';
import type { GateOptions } from './gate.ts';
import type { KeyRing, RingKey } from './keys.ts';
import type { Handshake, MaybePromise, SignedRequest, Verdict } from './model.ts';
import { type Objection, objection } from './objection.ts';
import type { JudgingGate } from './pipeline-gate.ts';
import type { RefusalReason } from './refusals.ts';
import type { Passage, Scheme } from './scheme.ts';

/** What tests are picked with. */
export interface PickingGate extends Pick<JudgingGate, 'scheme' | 'keys'> {
  readonly takeKey?: GateOptions['takeKey'];
}

/**
 * pick: a platform's test of the endpoint, proved or carrying no signature at all, which only the later steps can tell.
 * It never reaches an action. An objection in place of a handshake is the better word for why it is refused.
 */
export function pick(
  gate: PickingGate,
  passage: Passage,
  verdict: Verdict,
): MaybePromise<Handshake | Objection | undefined> {
  const { scheme, keys } = gate;
  if (!verdict.ok && !mayBeTest(scheme, verdict.reason)) return undefined;
  const isOfTests = isTestMethod(scheme, passage.request);
  for (const rule of scheme.handshakes) {
    if (rule.isSigned !== verdict.ok || (rule.method ? rule.method !== passage.request.method : isOfTests))
      continue;
    const handshake = rule.read(passage, () => passage.key ?? signingKey(keys, passage.nowMs));
    if (handshake === undefined) continue;
    if (rule.delivery === undefined) return handshake;
    const reason = verdict.ok ? 'missing-signature' : verdict.reason;
    return takeKey(gate, rule.delivery.key(passage), handshake, reason);
  }
  return undefined;
}

/** Nobody has proved such a test: what it hands over counts for nothing unless the gate says so. */
function takeKey(
  gate: PickingGate,
  key: string | undefined,
  handshake: MaybePromise<Handshake | undefined>,
  reason: RefusalReason,
): MaybePromise<Handshake | Objection | undefined> {
  if (gate.takeKey === undefined || key === undefined) return undefined;
  return andThen(ownPromise(gate.takeKey(key)), (isTaken) =>
    isTaken === true ? handshake : objection(reason, UNTAKEN, OPEN_FIRST),
  );
}

const UNTAKEN = 'the platform’s test hands over a key, and the gate takes none now';
const OPEN_FIRST =
  'If the test is your platform’s, open the gate for its key (in a gateway: `countersign keys open`), and have it sent again.';

/** Whether it looks like what the platform sends to see that it is refused: of a proof that is there, and does not hold. */
export function isProbe({ handshakes }: Scheme, passage: Passage, reason: RefusalReason): boolean {
  return PROBED.has(reason) && handshakes.some((rule) => rule.isProbe?.(passage));
}

const PROBED: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'signature-mismatch',
  'malformed-signature',
]);

/** Without one the test is refused as what it is otherwise. */
function signingKey(keys: KeyRing, nowMs: number): RingKey | undefined {
  try {
    return keys.signing(nowMs);
  } catch {
    return undefined;
  }
}

/** Whether what is refused for that reason can be a test that a platform sends without a signature. */
export function mayBeTest({ handshakes }: Scheme, reason: RefusalReason): boolean {
  switch (reason) {
    case 'missing-signature':
    case 'missing-token':
      return handshakes.some(({ isSigned, method }) => !isSigned && method === undefined);
    case 'method-not-allowed':
      return handshakes.some(({ method }) => method !== undefined);
    default:
      return false;
  }
}

/** pick: a request of a method that only tests have can be nothing else, whatever it carries. */
export function pickMethod(scheme: Scheme, passage: Passage): Objection | undefined {
  if (!isTestMethod(scheme, passage.request)) return undefined;
  passage.step = 'pick';
  return objection(
    'method-not-allowed',
    `${passage.request.method} is for the platform’s test of the address, and this is none`,
    'Have the sender send what it signs by POST. If this is its test, compare it with the gate’s handshakes.',
  );
}

export function isTestMethod({ handshakes }: Scheme, { method }: Pick<SignedRequest, 'method'>): boolean {
  return handshakes.length > 0 && handshakes.some((rule) => rule.method === method);
}
