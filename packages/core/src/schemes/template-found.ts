/** What a template’s scheme finds in a request, beside its signature. */
import type { Objection } from '../objection.ts';
import type { Passage } from '../scheme.ts';
import type { FormFault, FormField } from '../text/form.ts';
import type { JsonObjectText } from '../text/json-text.ts';

export interface TemplateFound {
  /** The body, once it is parsed. */
  json: JsonObjectText | undefined;
  /** The body’s fields; once the signature is found, those that it can cover. */
  form: readonly FormField[] | undefined;
  /** What the body decompresses to, where it is compressed and that is signed. */
  gunzipped: readonly Uint8Array[] | undefined;
  /** Of the signature’s list what is signed besides, by its label. */
  items: ReadonlyMap<string, string> | undefined;
  /** The items that are signed one by one, or why there are none. */
  signedItems: readonly JsonObjectText[] | Objection | undefined;
  /** The fields’ names and values in order, as `{form:sorted}` has them. */
  sortedForm: string | undefined;
  /** The parameters of the URL’s query, once one is asked for. */
  query: readonly FormField[] | FormFault | undefined;
  /** SHA-256 of the body, where the message names it. */
  bodyDigest: Uint8Array | undefined;
  /** The body’s digest in hex, as a signed place has it. */
  claimedDigest: string | undefined;
  /** The id, once it is read; null where it was looked for in the body and is none. */
  id: string | null | undefined;
}

export type TemplatePassage = Passage<TemplateFound>;

export function nothingFound(): TemplateFound {
  return {
    json: undefined,
    form: undefined,
    gunzipped: undefined,
    items: undefined,
    signedItems: undefined,
    sortedForm: undefined,
    query: undefined,
    bodyDigest: undefined,
    claimedDigest: undefined,
    id: undefined,
  };
}
