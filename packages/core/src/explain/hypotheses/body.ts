/** Bodies that are not the bytes that were signed. */

import type { Tried } from '../hypothesis.ts';
import { JSON_PRINTERS, printedBy } from '../json-printers.ts';
import { withBody, withBodyText } from '../other-body.ts';

export const BODY: readonly Tried[] = [
  {
    id: 'body-newline-added',
    part: 'body',
    steps: ['compare'],
    changes: (trial) => withBody(trial, (body) => body.replace(/\r?\n$/, '')),
    says: () => 'A line end was added to the end of the body after it was signed.',
    mend: () => 'Hand the gate the raw body: editors, shells and templates add a line end.',
    example: 'raw-body',
  },
  {
    id: 'body-newline-cut',
    part: 'body',
    steps: ['compare'],
    *changes(trial) {
      yield* withBody(trial, (body) => `${body}\n`);
      yield* withBody(trial, (body) => `${body}\r\n`);
    },
    says: () => 'The line end at the end of the body was cut off after it was signed.',
    mend: () =>
      'Hand the gate the raw body: reading it line by line, or trimming it, takes the line end away.',
    example: 'raw-body',
  },
  {
    id: 'body-crlf',
    part: 'body',
    steps: ['compare'],
    changes: (trial) => withBody(trial, (body) => body.replaceAll('\r\n', '\n')),
    says: () => 'The lines of the body ended with LF when it was signed, and end with CRLF now.',
    mend: () => 'Hand the gate the raw body, read as bytes: text mode on Windows turns LF into CRLF.',
    example: 'raw-body',
  },
  {
    id: 'body-lf',
    part: 'body',
    steps: ['compare'],
    changes: (trial) => withBody(trial, (body) => body.replaceAll(/\r?\n/g, '\r\n')),
    says: () => 'The lines of the body ended with CRLF when it was signed, and end with LF now.',
    mend: () => 'Hand the gate the raw body, read as bytes.',
    example: 'raw-body',
  },
  ...JSON_PRINTERS.map(
    (printer): Tried => ({
      id: `body-json-${printer.id}`,
      part: 'body',
      steps: ['compare'],
      changes: (trial) => withBodyText(trial, (text) => printedBy(printer, text)),
      says: () =>
        `The body is JSON that was signed as ${printer.writer} writes it, and was parsed and printed again since.`,
      mend: () => 'Hand the gate the raw body, before any parser: the bytes as they came.',
      example: 'raw-body',
    }),
  ),
];
