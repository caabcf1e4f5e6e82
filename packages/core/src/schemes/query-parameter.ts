/** Parts that sit in a parameter of the URL’s query: found, and put there. */
import { queryOf } from '../effective-request.ts';
import type { SignedRequest } from '../model.ts';
import { parseUrlencoded } from '../text/form.ts';
import { readField } from './form-field.ts';
import { type FoundPart, MALFORMED, type QuerySource } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';

/** @param name the parameter’s, decoded */
export function query(name: string): QuerySource {
  return {
    query: name,
    read: (passage) => readParameter(passage, name),
    put: (request, text) => placeParameter(request, name, text),
    isWithin: (other) => 'query' in other && other.query === name,
  };
}

function readParameter({ request, found }: TemplatePassage, name: string): FoundPart {
  found.query ??= parseUrlencoded(queryOf(request.url));
  return 'fault' in found.query ? MALFORMED : readField(found.query, name);
}

function placeParameter(request: SignedRequest, name: string, text: string): SignedRequest {
  const joint = request.url.includes('?') ? '&' : '?';
  return { ...request, url: `${request.url}${joint}${encodeURIComponent(name)}=${encodeURIComponent(text)}` };
}
