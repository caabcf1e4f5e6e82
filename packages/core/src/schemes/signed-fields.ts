/** Which fields of a form an application is told of: what its sender has not signed is not among them. */
import type { Told } from '../scheme.ts';
import { isTemplateForm } from './message-template.ts';
import type { TemplatePassage } from './template-found.ts';
import type { MessageTemplate, TemplateOptions } from './template-options.ts';

/** All of a body that is signed whole; else those that each message has, by themselves or as its time, id, nonce or type. */
export function signedFieldsOf(
  options: TemplateOptions,
  templates: readonly MessageTemplate[],
): (passage: TemplatePassage) => Told {
  const { message, bodyDigest } = options;
  const isWhole = bodyDigest !== undefined || templates.every(({ covers }) => covers.has('body'));
  const places = (isTemplateForm(message) ? message.parts : [[]]).map((parts) =>
    parts.map((part) => typeof part === 'object' && (part.inBody ?? options[part.field as 'id'])),
  );
  const isSigned = (name: string): boolean =>
    isWhole || places.every((of) => of.some((place) => place && 'field' in place && place.field === name));
  return ({ found: { form = [] } }) => ({
    fields: new Map(
      form.flatMap(({ name, value }) => (value !== '' && isSigned(name) ? [[name, value]] : [])),
    ),
  });
}
