/** What headers of a message may be that somebody else than the gateway writes: a transformation, or the operator. */
import { isToken } from '@countersign/core/internal/token';
import { isOfGateway } from '../passing-headers.ts';

const MAX_NAME_CHARS = 256;

/** Why a header of that name cannot be sent; undefined where it can. @param name in lower case */
export function headerNameFault(name: string): 'no-name' | 'of-gateway' | undefined {
  if (name.length > MAX_NAME_CHARS || !isToken(name)) return 'no-name';
  return isOfGateway(name) ? 'of-gateway' : undefined;
}

/** Whether HTTP carries it as it is. */
export function isHeaderValue(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no control character may pass but the tab.
  return !/[\0-\x08\x0a-\x1f\x7f]|^[\t ]|[\t ]$/.test(value);
}
