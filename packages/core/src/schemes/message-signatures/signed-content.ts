/** What a message signature says of the request, apart from who says it. */
import { serializeInnerList } from 'structured-headers';
import type { Candidate } from './find-signatures.ts';

/** They name the signer: of two signatures over the same, one could be cut off. */
const OF_THE_SIGNER: readonly string[] = ['keyid', 'alg'];

/**
 * The signature base with its lines and parameters in the order of their names, and without those that name the
 * signer: signatures of one content by several keys, as senders make them while they change keys, have one.
 */
export function signedContent({ base, input }: Candidate): string {
  const components = base.slice(0, base.length - `"@signature-params": ${input.text}`.length);
  const parameters = [...input.received].filter(([name]) => !OF_THE_SIGNER.includes(name));
  const sorted = new Map(parameters.sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${components.split('\n').sort().join('\n')}\n${serializeInnerList([[], sorted])}`;
}
