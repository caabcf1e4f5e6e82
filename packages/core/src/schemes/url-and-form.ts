/** Address and form in one text, as Plivo signs them. */
import { type Objection, objection } from '../objection.ts';
import { utf8Text } from '../text/bytes.ts';
import { compareText } from '../text/compare-text.ts';
import { type FormField, parseUrlencoded } from '../text/form.ts';
import { NO_HOST } from './address-parts.ts';
import { proveWholeForm } from './body-proof.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import { readOrigin } from './origin-option.ts';
import { readUrl } from './request-url.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/**
 * Scheme, host and path; behind a question mark, where either is there, the query’s parameters decoded, by name and value,
 * as `name=value&name=value`; then the form’s fields in the same order, each name followed by its value, behind a point
 * where there are parameters too.
 */
export const URL_AND_FORM: MessageField = {
  field: 'form',
  written: '{url+form}',
  covers: ['scheme', 'host', 'path', 'query', 'body'],
  warning: [{ code: 'movable-form-text' }, { code: 'movable-query-text' }],
  reader: urlAndFormReader,
  readOrigin,
  proveBody: proveWholeForm,
};

function urlAndFormReader({ origin }: TemplateOptions): FieldReader {
  return (passage) => {
    const url = readUrl(passage.request, origin, NO_HOST);
    if ('reason' in url) return url;
    const { base, path, query = '' } = url;
    const parameters = parseUrlencoded(query);
    if ('fault' in parameters) return BAD_QUERY;
    return `${base}${path}${tail(sortedPairs(parameters), passage)}`;
  };
}

function tail(parameters: string, { found: { form = [], sortedForm = '' } }: TemplatePassage): string {
  if (parameters === '' && form.length === 0) return '';
  return `?${parameters}${parameters !== '' && form.length > 0 ? '.' : ''}${sortedForm}`;
}

/** By name, then by value. */
function sortedPairs(parameters: readonly FormField[]): string {
  return utf8Text(
    [...parameters]
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.value, b.value))
      .map(({ name, value }) => `${name}=${value}`)
      .join('&'),
  );
}

const BAD_QUERY: Objection = objection(
  'missing-part',
  'the message covers the query’s parameters, and the query does not decode',
  'The sender must percent-encode them as UTF-8.',
);
