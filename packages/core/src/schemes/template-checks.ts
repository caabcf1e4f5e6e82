/**
 * What a declaration must hold so that nothing unsigned is believed. A declaration of people is checked when a gate is built; a
 * provider’s, which is data of this package, by a test.
 */
import { SetupError } from '../setup-error.ts';
import { isSigned } from './coverage.ts';
import { memberNames } from './member-path.ts';
import type { PartSource } from './part-source.ts';
import { isLabel } from './signature-list-options.ts';
import type { MessageTemplate, TemplateOptions } from './template-options.ts';

/** @throws SetupError where the declaration contradicts itself. */
export function checkTemplate(options: TemplateOptions): void {
  const { templates } = options.message.compile(options);
  refuseUnsignedChoices(options, templates);
  refuseNestedCut(options, templates);
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
    throw new SetupError('scheme.id', 'the id is not signed', 'Add {id} to the message.');
  }
}

/** What is cut out of a signed body is a member of its own top level: nothing of another object is sewn up again. */
function refuseNestedCut({ signature }: TemplateOptions, templates: readonly MessageTemplate[]): void {
  if (!('member' in signature) || memberNames(signature.member).length === 1) return;
  if (!templates.some(({ covers }) => covers.has('body'))) return;
  throw new SetupError(
    'scheme.message',
    `{body} is the body without the signature, and ${signature.member} sits inside another member`,
    'Name other parts than {body}, or give a signature at the top level.',
  );
}

/** @throws SetupError for a part that sits where the signature sits, and for an item that no list has. */
function checkPlaces({ signature, timestamp, id, nonce, keyId, type, bodyDigest }: TemplateOptions): void {
  const place = placeOf(signature);
  for (const [name, source] of Object.entries({ timestamp, id, nonce, keyId, type, bodyDigest })) {
    if (source === undefined) continue;
    if (placeOf(source) === place) {
      throw new SetupError(
        `scheme.${name}`,
        'the signature sits there',
        'Give its own place, or item: LABEL of the signature’s list.',
      );
    }
    if (!('item' in source)) continue;
    const { list } = signature;
    const isFree =
      list && isLabel(source.item, list.separator, list.assign) && !list.labels.includes(source.item);
    if (name === 'timestamp' && isFree) continue;
    throw new SetupError(
      `scheme.${name}`,
      `${JSON.stringify(source.item)} is not an item beside the signatures`,
      'Only the timestamp may be an item, and only where signature.list has other labels.',
    );
  }
}

function placeOf(source: PartSource): string {
  const { header, query, member, field, item } = source as Partial<
    Record<'header' | 'query' | 'member' | 'field' | 'item', string>
  >;
  return JSON.stringify({ header: header?.toLowerCase(), query, member, field, item });
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
    throw new SetupError(`scheme.${name}`, problem, `Add {${name}} to the message, or leave it out.`);
  }
}
