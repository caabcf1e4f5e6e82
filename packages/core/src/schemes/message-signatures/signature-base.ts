/** The signature base: the text that a message signature is made of. */
import type { SignedRequest } from '../../model.ts';
import type { Objection } from '../../objection.ts';
import type { SignatureComponent } from './component.ts';
import { type ComponentContext, componentValue } from './component-value.ts';
import { createMemo, type Memo } from './memo.ts';

/**
 * One line for each component, then the parameters: ASCII, no line break at its end.
 * `params` is the value of `@signature-params`, as `SignatureInput.text` has it.
 *
 * @see RFC 9421 §2.5
 */
export function signatureBase(
  request: SignedRequest,
  components: readonly SignatureComponent[],
  params: string,
  context: ComponentContext = {},
  memo: Memo = createMemo(),
): string | Objection {
  const read = context.read ?? componentValue;
  let base = '';
  for (const component of components) {
    const value = read(component, request, context, memo);
    if (typeof value !== 'string') return value;
    base += `${component.identifier}: ${value}\n`;
  }
  return `${base}"@signature-params": ${params}`;
}
