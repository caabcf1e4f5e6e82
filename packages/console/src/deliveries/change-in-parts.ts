/** Changes many deliveries part by part, so that it can be watched, and stopped between two parts. */
import type { DeliveryChangeInput, DeliveryChangeView } from '@countersign/api';

export interface PartsDone {
  readonly changed: number;
  /** Passed over: there is nothing to send any more. */
  readonly withoutBody: number;
}

export interface ChangeInPartsOptions {
  readonly ask: (input: DeliveryChangeInput) => Promise<DeliveryChangeView>;
  readonly input: DeliveryChangeInput;
  /** Once aborted, no further part is begun. */
  readonly signal: AbortSignal;
  /** Told after each part of all that is done. */
  readonly onPart: (done: PartsDone) => void;
}

/** @returns whether all parts were done @throws AdminError; what was told before it is done nevertheless */
export async function changeInParts({ ask, input, signal, onPart }: ChangeInPartsOptions): Promise<boolean> {
  let changed = 0;
  let withoutBody = 0;
  for (let before: number | undefined; !signal.aborted; ) {
    const part = await ask(Object.assign({}, input, { before }));
    changed += part.changed;
    withoutBody += part.withoutBody ?? 0;
    onPart({ changed, withoutBody });
    if (part.next === undefined) return true;
    before = part.next;
  }
  return false;
}
