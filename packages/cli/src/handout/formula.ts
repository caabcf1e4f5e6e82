/** What is signed, in words and as a formula. */

import type { RecipePlace, SigningRecipe } from '@countersign/core/internal/signing-recipe';
import { algorithmName } from './algorithms.ts';
import { code } from './markdown.ts';
import { seenQuote } from './quoting.ts';
import { WRITTEN_SIGNATURES } from './written-signatures.ts';

/** E.g. `timestamp + "." + body`. */
export function messageFormula({ message }: SigningRecipe): string {
  return message
    .map((piece) => ('text' in piece ? seenQuote(piece.text) : fieldName(piece.field)))
    .join(' + ');
}

function fieldName(field: string): string {
  return field.startsWith('header:') ? `header(${field.slice(7)})` : (NAMES[field] ?? field);
}

const NAMES: Readonly<Record<string, string>> = {
  'query:sorted': 'sorted_query',
  'body:sha256:hex': 'hex(SHA-256(body))',
  'body:sha256:bytes': 'SHA-256(body)',
  'form:sorted': 'sorted_form',
};

/** E.g. `"sha256=" + hex(HMAC-SHA256(key, message))`. */
export function signatureFormula(recipe: SigningRecipe): string {
  const { encoding, prefix, list } = recipe.signature;
  const encoded = `${WRITTEN_SIGNATURES[encoding].name}(${algorithmName(recipe.algorithm)}(key, message))`;
  if (list) {
    const time = recipe.timestamp?.place.kind === 'item' ? recipe.timestamp.place.name : undefined;
    const before = time === undefined ? '' : `"${time}${list.assign}" + timestamp + `;
    const separator = time === undefined ? '' : list.separator;
    return `${before}"${separator}${list.label}${list.assign}" + ${encoded}`;
  }
  return prefix === '' ? encoded : `${seenQuote(prefix)} + ${encoded}`;
}

/** What the names of the formula stand for, a line each. */
export function fieldLines(recipe: SigningRecipe): readonly string[] {
  const fields = [...new Set(recipe.message.flatMap((piece) => ('field' in piece ? [piece.field] : [])))];
  return fields.flatMap((field) => {
    const meaning = meaningOf(field, recipe);
    return meaning === undefined ? [] : [`- ${code(fieldName(field))}: ${meaning}`];
  });
}

function meaningOf(field: string, recipe: SigningRecipe): string | undefined {
  if (field.startsWith('header:')) {
    return field === 'header:host'
      ? 'the Host header as it is sent, with the port if it is not the default one.'
      : `the value of the header ${code(field.slice(7))} as it is sent.`;
  }
  switch (field) {
    case 'body':
      return bodyMeaning(recipe);
    case 'body:sha256:hex':
      return 'the SHA-256 of the body’s bytes as they are sent, in lower-case hex.';
    case 'body:sha256:bytes':
      return 'the 32 bytes of the SHA-256 of the body’s bytes as they are sent.';
    case 'form:sorted':
      return 'the name and the value of each form field, decoded and joined with nothing between them; the fields sorted by name and then by value, by code point; a field that repeats with the same value counts once.';
    case 'method':
      return 'the method in upper case.';
    case 'path':
      return 'the path of the address as it is sent, starting with its slash, without the query.';
    case 'query':
      return `the query of the address as it is sent, without the question mark${withoutSignature(recipe)}; empty where there is none.`;
    case 'query:sorted':
      return `the parameters of the query as they are sent, sorted by name and joined by ${code('&')}${withoutSignature(recipe)}.`;
    case 'host':
      return 'the host of the address in lower case, with the port if it is not the scheme’s default.';
    case 'url':
      return `the whole address as it is sent${withoutSignature(recipe)}, with the host in lower case${recipe.origin === undefined ? ' and https as its scheme' : ''}.`;
    case 'timestamp':
      return `the timestamp, exactly as it is sent.`;
    case 'id':
      return 'the request’s id, exactly as it is sent.';
    case 'nonce':
      return 'the nonce, exactly as it is sent.';
    default:
      return undefined;
  }
}

function withoutSignature({ signature }: SigningRecipe): string {
  return signature.place.kind === 'query' ? ', without the signature' : '';
}

function bodyMeaning({ body, signature }: SigningRecipe): string {
  if (body === 'sorted-form-lines') {
    return 'each form field, decoded, as a line `name=value` that ends with CR LF; without the signature and without empty fields; the lines sorted by code point.';
  }
  if (body === 'without-signature' && signature.place.kind === 'member') {
    return `the JSON object’s bytes before ${code(signature.place.names[0] ?? '')} is added: sign first, then add it as the last member, and leave every other byte as it was. The other members in the table above are already there when you sign.`;
  }
  if (body === 'without-signature') {
    return 'the form’s bytes before the signature is added: sign first, then add it as the last field.';
  }
  return 'the bytes of the body as they are sent. Sign these bytes and send the same ones: serialising the JSON again can change the bytes.';
}

/** What a body must be that carries parts of the proof. */
export function bodyRule(recipe: SigningRecipe): string | undefined {
  const places = [recipe.signature.place, recipe.timestamp?.place, recipe.id, recipe.nonce, recipe.keyId];
  if (places.some((place) => place?.kind === 'field')) {
    return 'The body is a form. Send each field once, with no line break in it and no `=` in its name: other forms are ambiguous, and are refused.';
  }
  if (places.some((place) => place?.kind === 'member')) {
    return 'The body is a JSON object, with each name in it once.';
  }
  return recipe.message.some((piece) => 'field' in piece && piece.field === 'form:sorted')
    ? 'The body is a form, or empty.'
    : undefined;
}

/** E.g. header `x-signature`. */
export function placeText(place: RecipePlace): string {
  switch (place.kind) {
    case 'header':
      return `header ${code(place.name)}`;
    case 'query':
      return `query parameter ${code(place.name)}, percent-encoded`;
    case 'field':
      return `form field ${code(place.name)}, percent-encoded`;
    case 'member':
      return `JSON member ${code(place.names.join('.'))}`;
    case 'item':
      return `the signature’s header, as the item ${code(place.name)}`;
  }
}
