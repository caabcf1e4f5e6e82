/** Whether a form's lines can be read in one way only. */
import { type Objection, objection } from '../scheme.ts';
import { duplicateName, type FormField } from '../text/form.ts';

/**
 * Refuses a form whose `name=value\r\n` lines could be cut in two ways: a field twice, CR or LF anywhere, `=` in a
 * name. The reference receiver takes such forgeries (vectors/flow-production-tracking.json has two).
 */
export function checkUnambiguous(fields: readonly FormField[]): Objection | undefined {
  if (duplicateName(fields) !== undefined) return objection('malformed-body', 'a form field occurs twice');
  for (const { name, value } of fields) {
    if (/[\r\n]/.test(name) || /[\r\n]/.test(value)) {
      return objection(
        'malformed-body',
        'a form field carries a line break, so the signed lines would be ambiguous',
      );
    }
    if (name.includes('=')) {
      return objection(
        'malformed-body',
        'a form field’s name carries "=", so the signed lines would be ambiguous',
      );
    }
  }
  return undefined;
}
