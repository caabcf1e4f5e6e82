/** What a scheme reads beside its signature must have places of its own. */
import { SetupError } from '../setup-error.ts';
import type { PartSource } from './part-source.ts';
import { isLabel } from './signature-list-options.ts';
import type { TemplateOptions } from './template-options.ts';

/** @throws SetupError for a part that sits where the signature sits, and for an item that no list has. */
export function checkPlaces({
  signature,
  timestamp,
  id,
  nonce,
  keyId,
  type,
  bodyDigest,
}: TemplateOptions): void {
  const place = placeOf(signature);
  for (const [name, source] of Object.entries({ timestamp, id, nonce, keyId, type, bodyDigest })) {
    if (source === undefined) continue;
    if (placeOf(source) === place) {
      throw new SetupError(
        `scheme.${name}`,
        'the signature sits there',
        'Give its own place, or item: LABEL of the signature’s list.',
      );
    }
    if (!('item' in source)) continue;
    const { list } = signature;
    const isFree =
      list && isLabel(source.item, list.separator, list.assign) && !list.labels.includes(source.item);
    if (name === 'timestamp' && isFree) continue;
    throw new SetupError(
      `scheme.${name}`,
      `${JSON.stringify(source.item)} is no item beside the signatures`,
      'Only the timestamp may be an item, and only where signature.list has other labels.',
    );
  }
}

function placeOf(source: PartSource): string {
  const { header, query, member, field, item } = source as Readonly<Record<string, string>>;
  return JSON.stringify({ header: header?.toLowerCase(), query, member, field, item });
}
