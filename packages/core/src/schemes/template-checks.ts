/**
 * What a declaration must hold so that nothing unsigned is believed. A declaration of people is checked when a gate is built; a
 * provider’s, which is data of this package, by a test.
 */
import { SetupError } from '../setup-error.ts';
import { isSigned } from './coverage.ts';
import { memberNames } from './member-path.ts';
import { isInBody, type PartSource } from './part-source.ts';
import { isLabel } from './signature-list-options.ts';
import type { MessageTemplate, TemplateOptions } from './template-options.ts';

/** @throws SetupError where the declaration contradicts itself. */
export function checkTemplate(options: TemplateOptions): void {
  const { templates } = options.message.compile(options);
  refuseUnsignedChoices(options, templates);
  refuseNestedCut(options, templates);
  refuseTwoForms(options);
  refuseInnerOthers(options, templates);
  checkPlaces(options);
  refuseIdle(options, templates);
}

/** What is not signed is the attacker’s to choose: a time that ends a claim, an id that names one. */
function refuseUnsignedChoices(
  { timestamp, id, signature, replay, bodyDigest }: TemplateOptions,
  templates: readonly MessageTemplate[],
): void {
  if (timestamp && !isSigned('timestamp', timestamp, templates, signature)) {
    throw new SetupError(
      'scheme.timestamp',
      'the timestamp is checked but not signed: anyone who holds one request could re-date it forever',
      'Add {timestamp} to the message, every one if there are several, or set timestamp: none.',
    );
  }
  if (bodyDigest && !isSigned('bodyDigest', bodyDigest, templates, signature)) {
    throw new SetupError(
      'scheme.bodyDigest',
      'the digest is not signed',
      'Have the message cover the place: {url}, {query} or {header:NAME}.',
    );
  }
  if (replay === 'signed-id' && !(id && isSigned('id', id, templates, signature))) {
    throw new SetupError(
      'scheme.replay',
      'it is signed-id, and no id is signed',
      'Say where the id sits, and have the message cover it, e.g. by {id}.',
    );
  }
}

/** Of several signatures in a body one is cut out, and the others would sign themselves. */
function refuseInnerOthers({ signature }: TemplateOptions, templates: readonly MessageTemplate[]): void {
  const isInside = 'member' in signature || 'field' in signature || 'query' in signature;
  const part = 'query' in signature ? 'query' : 'body';
  if (!signature.places || !isInside || !templates.some(({ covers }) => covers.has(part))) return;
  throw new SetupError(
    'scheme.signature.also',
    `the message has the ${part}, and the other signatures in it`,
    'Leave it out, or name other parts in the message.',
  );
}

/** A body is one JSON object, or one form, or one field of a form is one. */
function refuseTwoForms(options: TemplateOptions): void {
  const { signature, timestamp, nonce, keyId, message } = options;
  const { members = [] } = message.compile(options);
  const forms = [signature, timestamp, nonce, keyId, ...members]
    .filter(isInBody)
    .map((source) =>
      'jsonField' in source
        ? `JSON object in the form field ${source.jsonField}`
        : 'field' in source
          ? 'form'
          : 'JSON body',
    );
  const [first, other] = [...new Set(forms)];
  if (other === undefined) return;
  throw new SetupError(
    'scheme',
    `one part sits in a ${first}, and another one in a ${other}`,
    'Give places in one of them.',
  );
}

/** What is cut out of a signed body is a member of its own top level: nothing of another object is sewn up again. */
function refuseNestedCut({ signature }: TemplateOptions, templates: readonly MessageTemplate[]): void {
  if (!templates.some(({ covers }) => covers.has('body'))) return;
  if ('jsonField' in signature) {
    throw new SetupError(
      'scheme.message',
      '{body} is the body without the signature, which sits inside a field of the form',
      'Name other parts than {body}, e.g. {timestamp}{json:FIELD:NAME}.',
    );
  }
  if (!('member' in signature) || memberNames(signature.member).length === 1) return;
  throw new SetupError(
    'scheme.message',
    `{body} is the body without the signature, and ${signature.member} sits inside another member`,
    'Name other parts than {body}, or give a signature at the top level.',
  );
}

/** @throws SetupError for a part that sits where the signature sits, and for an item that no list has. */
function checkPlaces({ signature, timestamp, id, nonce, keyId, type, bodyDigest }: TemplateOptions): void {
  const places = [signature, ...(signature.places?.sources ?? [])].map(placeOf);
  for (const [name, source] of Object.entries({ timestamp, id, nonce, keyId, eventType: type, bodyDigest })) {
    if (source === undefined) continue;
    if (places.includes(placeOf(source))) {
      throw new SetupError(
        `scheme.${name}`,
        'the signature sits there',
        'Give its own place, or item: LABEL of the signature’s list.',
      );
    }
    if (!('item' in source)) continue;
    const { list } = signature;
    const isFree =
      list &&
      isLabel(source.item, list.separator, list.assign) &&
      !list.labels.includes(source.item) &&
      !Object.hasOwn(list.items ?? {}, source.item);
    if (name === 'timestamp' && isFree) continue;
    throw new SetupError(
      `scheme.${name}`,
      `${JSON.stringify(source.item)} is not an item beside the signatures`,
      'Only the timestamp may be an item, and only where signature.list has other labels.',
    );
  }
}

function placeOf(source: PartSource): string {
  const { header, query, member, field, item, jsonField, path } = source as Partial<
    Record<'header' | 'query' | 'member' | 'field' | 'item' | 'jsonField' | 'path', string>
  >;
  return JSON.stringify({ header: header?.toLowerCase(), query, member, field, item, jsonField, path });
}

/** A nonce or an id that no signature covers protects nothing, so a scheme that declares one is refused. */
function refuseIdle(options: TemplateOptions, templates: readonly MessageTemplate[]): void {
  for (const name of options.declared ?? []) {
    const source = options[name];
    if (source === undefined || templates.some(({ fields }) => fields.has(name))) continue;
    if (isSigned(name, source, templates, options.signature)) continue;
    const problem =
      name === 'id'
        ? 'the id is declared and not signed: it would do nothing'
        : 'the nonce is declared and not signed: it would do nothing';
    throw new SetupError(
      `scheme.${name}`,
      problem,
      `Add {${name}} to the message, in place of a part that reads the same, or leave it out.`,
    );
  }
}
