/** How most JSON is printed: for hypotheses that have many other things to try. */
import type { JsonStyle } from './json-print.ts';
import { JSON_PRINTERS } from './json-printers.ts';

/** In one line, without blanks. */
export const LINE: JsonStyle = { comma: ',', colon: ':' };

const FEW = ['compact', 'python', 'php'];

export const FEW_STYLES: readonly JsonStyle[] = JSON_PRINTERS.filter(({ id }) => FEW.includes(id)).map(
  ({ numbers: _, ...style }) => style,
);
