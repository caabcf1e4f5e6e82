/** How responses are signed, in the words of the scheme for requests. */
import type { Gate } from '../gate.ts';
import type { SchemeOptions } from '../option-types.generated.ts';
import { originText } from '../origin-text.ts';
import type { MessageSignatureOptions } from '../schemes/message-signatures/policy.ts';
import { SetupError } from '../setup-error.ts';

/** How responses are signed, as it is written. */
export type ResponseSchemeOptions = SchemeOptions['http-message-signatures'];

/**
 * Options for the keys of a gate: its algorithm and its origin, which are not written twice.
 * @throws SetupError for a gate of another scheme, or whose keys are fetched
 */
export function optionsForKeysOf(
  { scheme, keys }: Pick<Gate, 'scheme' | 'keys'>,
  written: ResponseSchemeOptions,
): ResponseSchemeOptions {
  const { type, options } = scheme.declared;
  if (type !== 'message-signatures' || keys.written.length === 0) {
    throw new SetupError(
      'gate',
      type === 'message-signatures'
        ? 'its keys are fetched, and none of them signs'
        : `its scheme is ${scheme.name}, whose keys are not for message signatures`,
      'Give keys in its place, and tie the responses to its requests: tiedTo(gate.proofHeaders).',
    );
  }
  const { algorithm, context } = options as MessageSignatureOptions;
  if (written.algorithm !== undefined && written.algorithm !== algorithm) {
    throw new SetupError(
      'scheme.algorithm',
      `it is another one than ${algorithm}, of which the gate’s keys are`,
      'Leave it out, or give keys in place of the gate.',
    );
  }
  return { algorithm, ...(context.origin && { origin: originText(context.origin) }), ...written };
}
