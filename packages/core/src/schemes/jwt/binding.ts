/** A token's binding to headers of its request: the claim `pay`, as Approov defines it. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { HeaderList } from '../../headers.ts';
import type { MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { encodeBase64 } from '../../text/encodings.ts';
import { trimSpace } from '../../text/white-space.ts';
import type { TokenClaims } from './token-claims.ts';

/** `required`: the claim must be there and match. `optional`: it must match where it is there. `off`: it is not read. */
export type BindingMode = 'required' | 'optional' | 'off';

export const BINDING_MODES: readonly BindingMode[] = ['required', 'optional', 'off'];

/** The text that `pay` is the hash of, or undefined where a bound header is absent or occurs twice. */
export function boundText(binding: readonly string[], headers: HeaderList): string | undefined {
  const values: string[] = [];
  for (const name of binding) {
    const value = headers.single(name);
    if (!value) return undefined;
    values.push(value);
  }
  return values.length === 1 ? values[0] : values.map(trimSpace).join('');
}

/** Judges the claim `pay`. @param binding lower-case names of the bound headers, at least one. */
export function judgeBinding(
  binding: readonly string[],
  mode: BindingMode,
  { pay }: TokenClaims,
  headers: HeaderList,
): MaybePromise<Objection | undefined> {
  if (mode === 'off' || (mode === 'optional' && pay === undefined)) return undefined;
  const text = boundText(binding, headers);
  if (text === undefined)
    return objection(
      'binding-mismatch',
      `a bound header (${binding.join(', ')}) is absent or occurs twice`,
      'The client must send each bound header once; look for a proxy that drops or doubles it.',
    );
  if (typeof pay !== 'string')
    return objection(
      'binding-mismatch',
      'the token has no claim pay',
      'The client must bind the header’s value before it fetches the token; or set bindingMode: optional, or leave binding out.',
    );
  const judge = (hash: Uint8Array): Objection | undefined =>
    encodeBase64(hash) === pay
      ? undefined
      : objection('binding-mismatch', `the token is bound to another value of ${binding.join(', ')}`);
  return andThen(backend.sha256([text]), judge);
}
