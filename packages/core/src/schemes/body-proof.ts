/**
 * Bodies that a message has no bytes of: a form, of which it has the fields (`{form:sorted}`), or any other, whose digest
 * stands in a place that it covers (`bodyDigest`).
 */
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';
import { sortByCodePoint } from '../text/code-points.ts';
import { parseMediaType } from '../text/media-type.ts';
import { digestBody, digestText } from './body-digest.ts';
import { parseFields } from './parse-body.ts';
import { readPart } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';
import { parseTemplate } from './template-grammar.ts';
import type { TemplateOptions } from './template-options.ts';

/**
 * What reads such a body; undefined where the message has its bytes.
 * @throws SetupError where a form is signed as text and as fields.
 */
export function bodyProof({
  message,
  signature,
  body,
  bodyDigest,
}: TemplateOptions): ((passage: TemplatePassage) => MaybePromise<Objection | undefined>) | undefined {
  const hasForm = namesForm(message);
  if (!hasForm && !bodyDigest) return undefined;
  if (hasForm && ('member' in signature || 'field' in signature || body !== undefined)) {
    throw new SetupError(
      'scheme.message',
      '{form:sorted} has every field of the form, and one of them would be the signature',
      'Give a signature in a header or in the query, or sorted-form-lines.',
    );
  }
  return (passage) => {
    const { found, request } = passage;
    found.form = [];
    const claimed = bodyDigest && readPart(bodyDigest, passage);
    if (claimed && claimed.state !== 'absent') {
      if (claimed.state === 'found') {
        found.claimedDigest = claimed.text;
        return digestBody(passage);
      }
      return objection('missing-part', `the digest of the body is ${claimed.state}`, ONE_DIGEST);
    }
    if (request.body.length === 0) return undefined;
    if (hasForm && isUrlencoded(request.headers.get('content-type')))
      return parseFields(passage, () => undefined);
    return objection('missing-part', 'nothing of the request proves its body', SEND_DIGEST);
  };
}

const ONE_DIGEST = 'The sender must write it once, as text.';
const SEND_DIGEST =
  'The sender must send a form (urlencoded), no body, or the digest of it where the gate looks for it.';

/** Compares the digest that stands in a signed place. */
export function checkBodyDigest(passage: TemplatePassage): Objection | undefined {
  const { claimedDigest } = passage.found;
  return claimedDigest === undefined || claimedDigest === digestText(passage, 'hex')
    ? undefined
    : objection(
        'signature-mismatch',
        'the body is not the one that the signed digest is of',
        'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew.',
      );
}

/** Each name followed by its value, by name and then by value; one that repeats counts once. */
export function sortedForm({ found: { form = [] } }: TemplatePassage): string {
  const pairs = new Map<string, Set<string>>();
  for (const { name, value } of form) {
    const values = pairs.get(name);
    if (values) values.add(value);
    else pairs.set(name, new Set([value]));
  }
  let text = '';
  for (const name of sortByCodePoint([...pairs.keys()])) {
    for (const value of sortByCodePoint([...(pairs.get(name) ?? [])])) text += name + value;
  }
  return utf8Text(text);
}

/** Whether a body is proved by a digest that has no place in the request yet. */
export function needsDigest({ bodyDigest, message }: TemplateOptions, passage: TemplatePassage): boolean {
  const { headers, body } = passage.request;
  if (!bodyDigest || body.length === 0 || readPart(bodyDigest, passage).state !== 'absent') return false;
  return !(namesForm(message) && isUrlencoded(headers.get('content-type')));
}

function namesForm(message: TemplateOptions['message']): boolean {
  return [message]
    .flat()
    .some((one) => parseTemplate(one).some((part) => typeof part !== 'string' && part.field === 'form'));
}

function isUrlencoded(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && parseMediaType(contentType)?.type === 'application/x-www-form-urlencoded'
  );
}
