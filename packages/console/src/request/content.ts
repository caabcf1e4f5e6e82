/** What of a kept request can be looked at, copied and downloaded. */
import type { EventView, HeaderView, RefusedView } from '@countersign/api';
import { bytesOfBase64 } from './bytes.ts';

export interface Content {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderView[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** Why its body is not there. */
  readonly bodyMissing: BodyMissing | undefined;
  readonly isMasked: boolean;
}

export type BodyMissing = 'erased' | 'hashed' | 'not-read' | 'too-long';

export function contentOf(kept: EventView | RefusedView): Content {
  const { method, url, headers, bodyBase64, masked } = kept;
  return {
    method,
    url,
    headers,
    body: bytesOfBase64(bodyBase64),
    bodyMissing: missingOf(kept),
    isMasked: masked === true,
  };
}

function missingOf(kept: EventView | RefusedView): BodyMissing | undefined {
  if ('reason' in kept) return kept.bodyLeftOut;
  if (kept.erasedAt !== undefined) return 'erased';
  return kept.bodySha256 === undefined ? undefined : 'hashed';
}
