/** Whether a form's lines can be read in one way only. */
import { type Objection, objection } from '../objection.ts';
import { duplicateName, type FormField } from '../text/form.ts';

const IN_ONE_WAY =
  'The sender must send each field once, no line break in it, and no "=" in its name: other forms can be read in two ways under one signature.';

/**
 * Refuses a form whose `name=value\r\n` lines could be cut in two ways: a field twice, CR or LF anywhere, `=` in a
 * name. The reference receiver takes such forgeries (vectors/flow-production-tracking.json has two).
 */
export function checkUnambiguous(fields: readonly FormField[]): Objection | undefined {
  if (duplicateName(fields) !== undefined)
    return objection('malformed-body', 'a form field occurs twice', IN_ONE_WAY);
  for (const { name, value } of fields) {
    if (/[\r\n]/.test(name) || /[\r\n]/.test(value)) {
      return objection(
        'malformed-body',
        'a form field carries a line break, so the signed lines would be ambiguous',
        IN_ONE_WAY,
      );
    }
    if (name.includes('=')) {
      return objection(
        'malformed-body',
        'a form field’s name carries "=", so the signed lines would be ambiguous',
        IN_ONE_WAY,
      );
    }
  }
  return undefined;
}
