/** What is said of a request that is its platform's test and hands over a key: `explain` judges proofs, and it has none. */
import type { Gate, SignedRequest, Verdict } from '@countersign/core';

export async function handedKeyNotes(
  gate: Gate,
  request: SignedRequest,
  verdict: Verdict,
): Promise<readonly string[]> {
  if (verdict.ok || !gate.scheme.handshakes.some(({ delivery }) => delivery)) return [];
  // What is refused is not acted on.
  const received = await gate.receive(request, () => ({ kind: 'failed', value: undefined }));
  if (received.kind !== 'refused' || received.verdict.message === verdict.message) return [];
  return [`As the gateway sees it, ${received.verdict.message}. ${received.verdict.remedy}`];
}
