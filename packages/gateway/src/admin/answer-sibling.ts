/** What a gateway answers those that share its listeners, of its gates and destinations. */
import type { DeliveryControl } from '../deliver/delivery-control.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { CountsQuestion } from '../metrics/siblings.ts';
import { attemptsText } from './sibling-destinations.ts';
import { countsText } from './sibling-gates.ts';

export interface AskedParts {
  readonly gates: readonly OpenGate[];
  readonly control: Pick<DeliveryControl, 'list'>;
  readonly nowMs: number;
}

export function answerSibling(question: CountsQuestion, { gates, control, nowMs }: AskedParts): string {
  switch (question) {
    case 'gates':
      return countsText(gates, nowMs);
    case 'destinations':
      return attemptsText(control.list());
  }
}
