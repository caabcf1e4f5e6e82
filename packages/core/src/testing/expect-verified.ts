/** For people’s own tests: a request must be proved, and the test says why where it is not. */
import { explain } from '../explain/explain.ts';
import type { Finding } from '../explain/finding.ts';
import type { Gate } from '../gate.ts';
import type { Accepted, Refused } from '../model.ts';
import type { RequestSource } from '../request-from.ts';

/**
 * Judges a request; claims nothing.
 * @returns the verdict
 * @throws Error with the explanation where the request is refused; no key and no signature is in it
 */
export async function expectVerified(request: RequestSource, gate: Gate): Promise<Accepted> {
  const { verdict, findings } = await explain(request, gate);
  if (verdict.ok) return verdict;
  throw new Error(explained(verdict, findings));
}

function explained(
  { reason, step, message, remedy, evidence }: Refused,
  [finding]: readonly Finding[],
): string {
  const cause = finding === undefined ? remedy : `${finding.sentence} ${finding.mend}`;
  const { timestampMs } = evidence;
  const recorded =
    step === 'fresh' && timestampMs !== undefined
      ? ` Of a recorded request the gate needs the clock of its day: createGate({ …, now: () => ${timestampMs} }).`
      : '';
  return `the request is refused: ${reason} at step ${step}: ${message}. ${cause}${recorded}`;
}
