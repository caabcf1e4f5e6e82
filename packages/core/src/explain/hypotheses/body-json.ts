/** JSON that was signed as one printer writes it, and arrives as another does. */
import type { TrialHypothesis } from '../hypothesis.ts';
import { type JsonStyle, printTree } from '../json-print.ts';
import { JSON_PRINTERS, type JsonPrinter } from '../json-printers.ts';
import type { JsonTree } from '../json-tree.ts';
import { withJson } from '../other-body.ts';

/** What a printer may have made of a tree: its numbers as it prints them, or as they came; a line end behind; lines as on Windows. */
function* textsOf(printer: JsonPrinter, tree: JsonTree): Generator<string> {
  const { numbers: _, otherNumbers, ...plain } = printer;
  const styles: JsonStyle[] = printer.numbers === undefined ? [plain] : [printer, plain];
  if (otherNumbers !== undefined) styles.push({ ...plain, numbers: otherNumbers });
  if (printer.indent !== undefined)
    styles.push(...styles.map((style) => ({ ...style, lineEnd: '\r\n' as const })));
  for (const style of styles) {
    const text = printTree(style, tree);
    yield text;
    yield text + (style.lineEnd ?? '\n');
  }
}

/** At most 8 trials a row, of which most are one text. */
export const BODY_JSON: readonly TrialHypothesis[] = JSON_PRINTERS.map(
  (printer): TrialHypothesis => ({
    id: `body-json-${printer.id}`,
    part: 'body',
    steps: ['compare'],
    changes: (trial) => withJson(trial, (tree) => textsOf(printer, tree)),
    says: () =>
      `The body is JSON that was signed as ${printer.writer} writes it, and arrived as another program writes it: it was parsed and printed again between, or the sender signs a different text from the one it sends.`,
    mend: () =>
      'Hand the gate the raw body, before any parser: the bytes as they came. If they are raw, the sender must sign the very text that it sends: print it once, sign that, send that.',
    example: 'raw-body',
  }),
);
