/**
 * Names that some reader takes for another: Go's JSON and ASP.NET's parameters know no case, PHP and whoever reads nested fields take `a[]` and
 * ` a` for `a`. Beside a part that is signed by itself nothing else is: a captor could have such a reader find his value in its place.
 */

import type { CoveredPart } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { shownText } from '../text/shown-text.ts';
import { isTemplateForm } from './message-template.ts';
import type { TemplateOptions } from './template-options.ts';

/** Whether all of what the part stands in is signed too: then it says nothing that the sender has not said. */
export function isSignedWhole(
  { message, bodyDigest }: Pick<TemplateOptions, 'message' | 'bodyDigest'>,
  part: CoveredPart,
): boolean {
  if (part === 'body' && bodyDigest !== undefined) return true;
  return (
    isTemplateForm(message) &&
    message.parts.every((parts) =>
      parts.some((each) => typeof each !== 'string' && each.covers.includes(part)),
    )
  );
}

/** @param part the signed one, as a sentence goes on @param members those beside it, and itself */
export function refuseOtherSpelling(
  part: string,
  members: readonly { readonly name: string }[],
  sought: string,
  isJson: boolean,
): Objection | undefined {
  const other = otherSpelling(members, sought, isJson);
  if (other === undefined) return undefined;
  return objection(
    'missing-part',
    `the message covers ${part}, and "${shownText(other)}" stands beside it, which many readers take for the same`,
    'The sender must write the name once, in one way. If it is genuine, have the gate’s message cover all of the body or the query.',
  );
}

/** The first name that is not the one sought, and that such a reader takes for it. @param isJson of JSON: by its case alone */
function otherSpelling(
  members: readonly { readonly name: string }[],
  sought: string,
  isJson: boolean,
): string | undefined {
  for (const { name } of members) if (name !== sought && isLike(name, sought, isJson)) return name;
  return undefined;
}

const OPEN_BRACKET = 0x5b;

/** Makes no text: a body may have thousands of names, and each may be long. */
function isLike(name: string, sought: string, isJson: boolean): boolean {
  const start = isJson ? 0 : blanksOf(name);
  for (let i = 0; i < sought.length; i++) {
    if (folded(name.charCodeAt(start + i), isJson) !== folded(sought.charCodeAt(i), isJson)) return false;
  }
  const end = start + sought.length;
  return name.length === end || (!isJson && name.charCodeAt(end) === OPEN_BRACKET);
}

function blanksOf(name: string): number {
  let blanks = 0;
  while (name.charCodeAt(blanks) === 0x20) blanks++;
  return blanks;
}

/** A character’s code without its case. PHP writes a point and a blank of a name as a low line. */
function folded(code: number, isJson: boolean): number {
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  if (code === 0x2e || code === 0x20) return isJson ? code : 0x5f;
  // K of Kelvin and the long s are a k and an s, as for Go.
  return code < 0x80 || Number.isNaN(code)
    ? code
    : String.fromCharCode(code).toUpperCase().toLowerCase().charCodeAt(0);
}
