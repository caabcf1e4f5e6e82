/** An event as filters see it: what of it has to be read is read once for all of them, and only where one asks. */
import { type Gate, HeaderList, type MaybePromise } from '@countersign/core';
import { eventType } from '@countersign/core/event-type';
import { JsonReader } from '@countersign/core/json-reader';
import type { KeptEvent } from '../stores/event-store.ts';
import { textOfBytes } from './header-text.ts';

export interface FilteredEvent {
  /** The value of a header that is there once; as kept: one that is withheld is empty. */
  header(name: string): string | undefined;
  readonly body: JsonReader;
  /** What its sender says of its type; see core’s `eventType`. */
  type(): MaybePromise<string | undefined>;
}

/**
 * @param scheme of the event’s gate, which says where the type stands. Undefined: nothing says it.
 * @param event of which a type that is noted is not read anew.
 */
export function createFilteredEvent(
  event: Pick<KeptEvent, 'method' | 'url' | 'headers' | 'body'> & { readonly type?: string },
  scheme: Pick<Gate['scheme'], 'declared'> | undefined,
): FilteredEvent {
  const headers = HeaderList.fromRaw(event.headers);
  const body = new JsonReader(event.body);
  const { method, url } = event;
  let type: { readonly text: MaybePromise<string | undefined> } | undefined;
  return {
    header(name) {
      const value = headers.single(name);
      return typeof value === 'string' ? (textOfBytes(value) ?? value) : undefined;
    },
    body,
    type() {
      type ??= {
        text: event.type ?? (scheme && eventType(scheme, { method, url, headers, body: event.body }, body)),
      };
      return type.text;
    },
  };
}
