/** The signatures that a gate’s keys would have made of a request as it came: for the operator’s own terminal, never for a log or an answer. */
import type { Gate } from '../gate.ts';
import type { RingKey } from '../keys.ts';
import { encodeSignature } from '../schemes/signature-text.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import type { Trace } from '../trace.ts';
import { declaredAs } from './declared.ts';

export interface ExpectedSignature {
  readonly keyId: string;
  /** Empty where the scheme has one reading only. */
  readonly reading: string;
  /** As the sender would write it. */
  readonly signature: string;
}

/** None where the keys are public, or where no message was made. A secret in itself: whoever has it can send the request. */
export async function expectedSignatures(
  { keys, scheme, action }: Gate,
  trace: Trace,
): Promise<readonly ExpectedSignature[]> {
  const options = declaredAs(scheme, 'template')?.options;
  if (!options) return [];
  const { nowMs, namedKeyId } = trace.verdict.evidence;
  const query = { nowMs, namedKeyId, keyHints: [], action: action?.asked(trace.request) };
  const usable = (await keys.find(query)).usable(nowMs, namedKeyId).filter(({ proof }) => !proof.isSlow);
  const expected: ExpectedSignature[] = [];
  for (const key of usable) {
    for (const { reading, message } of trace.messages) {
      const signature = writtenSignature(options, key, await key.proof.sign(message));
      expected.push({ keyId: key.info.id, reading, signature });
    }
  }
  return expected;
}

function writtenSignature({ signature }: TemplateOptions, { variant }: RingKey, bytes: Uint8Array): string {
  const label = signature.list ? `${signature.list.labels[variant]}${signature.list.assign}` : '';
  return `${label}${signature.prefix ?? ''}${encodeSignature(bytes, signature.encoding)}`;
}
