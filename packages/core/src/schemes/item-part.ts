/** An item of the signature’s list that is neither signature nor time, as a part of the message. */
import { objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import type { MessageField } from './message-part.ts';

/** @param label as it stands in the list, which has it among its `items` */
export function itemPart(label: string): MessageField {
  const written = `{item:${label}}`;
  return {
    field: 'item',
    written,
    covers: [],
    reader({ signature }) {
      if (!Object.hasOwn(signature.list?.items ?? {}, label)) {
        throw new SetupError(
          'scheme.message',
          `${written} is not an item beside the signatures`,
          `Say so in the signature’s list, e.g. items: { ${label}: main }.`,
        );
      }
      return ({ found }) =>
        found.items?.get(label) ||
        objection(
          'missing-part',
          `the message covers ${written}, which is absent from the signature’s header`,
          'Hand the header on as it came.',
        );
    },
  };
}
