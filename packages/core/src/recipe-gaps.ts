/** What a scheme has that no recipe says, so that nobody’s program is written for it: see `signing-recipe.ts`. */
import { isKeyedHash } from './crypto/keyed-hash-bytes.ts';
import type { Scheme } from './scheme.ts';
import { sortedFormLines } from './schemes/form-readings.ts';
import type { MessagePart } from './schemes/message-part.ts';
import type { MessageSignatureOptions } from './schemes/message-signatures/policy.ts';
import { isTemplateForm } from './schemes/message-template.ts';
import { SCHEME_TYPES } from './schemes/scheme-types.ts';
import type { TemplateOptions } from './schemes/template-options.ts';

/** As declarations write it; the message as a template does, where it is one. */
export interface RecipeGaps {
  readonly parts: readonly string[];
  readonly algorithm?: string;
  readonly messages?: readonly string[];
}

/** No parts where a recipe says all, or where the scheme is code of its own. */
export function recipeGaps({ declared: { type, options } }: Scheme): RecipeGaps {
  // The type says what the options are: each is written in one place.
  if (type === 'template') return templateGaps(options as TemplateOptions);
  if (type === 'message-signatures')
    return { parts: messageSignatureGaps(options as MessageSignatureOptions) };
  return { parts: SCHEME_TYPES.filter((name) => name === type && name !== 'shared-token') };
}

function templateGaps(options: TemplateOptions): RecipeGaps {
  const { keyForms, message, body = [], signature } = options;
  const algorithm = keyForms[0]?.algorithm ?? '';
  const messages = isTemplateForm(message) ? message.parts : [];
  const isInside = 'member' in signature || 'field' in signature;
  return {
    parts: [
      ...(isKeyedHash(algorithm) ? [algorithm] : []),
      ...keyGaps(options),
      ...(isInside || body === sortedFormLines ? [] : body.map(({ name }) => `body: ${name}`)),
      ...(isInField(options) ? ['JSON in a form'] : []),
      ...new Set(messages.flat().filter(isOwnForm).map(writtenPart)),
    ],
    algorithm,
    messages: messages.map((parts) => parts.map(writtenPart).join('')),
  };
}

function keyGaps({ keyForms: [form], signature }: TemplateOptions): readonly string[] {
  if (form?.prefixEnd !== undefined) return ['key.prefix with a star'];
  const isComputed = form?.kind === 'secret' && form.computed !== undefined;
  if (!isComputed || isKeyedHash(form.algorithm)) return [];
  return [signature.places?.sources.length === 0 ? 'each' : 'key.digest'];
}

function isInField({ signature, timestamp, id, nonce, keyId, type }: TemplateOptions): boolean {
  return [signature, timestamp, id, nonce, keyId, type].some((source) => source && 'jsonField' in source);
}

/** Parts that a sender’s own rules make of the request: no other sender’s code is written for them. */
export function isOwnForm(part: MessagePart): boolean {
  return (
    typeof part !== 'string' &&
    /^\{(?:\?|headers:|item:|field:|member:|json:|type\}|parameter:|query:encoded|target:|url:decoded|url\+form)/.test(
      part.written,
    )
  );
}

function writtenPart(part: MessagePart): string {
  return typeof part === 'string' ? part.replace(/[\\{}]/g, '\\$&') : part.written;
}

function messageSignatureGaps({
  algorithm,
  byteEncoding,
  idHeader,
}: MessageSignatureOptions): readonly string[] {
  return [
    ...(algorithm === 'of-key' ? ['algorithm: of-key'] : []),
    ...(byteEncoding === 'base64url' ? ['byteEncoding: base64url'] : []),
    ...(idHeader === undefined ? [] : [`idHeader: ${idHeader}`]),
  ];
}
