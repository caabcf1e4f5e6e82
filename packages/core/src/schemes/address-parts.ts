/** Parts of a message that say whom the request was sent to: path, query, host, and the whole URL. */
import { authorityOf, effectiveRequest, queryOf } from '../effective-request.ts';
import { type Objection, objection } from '../objection.ts';
import { GIVE_HOST } from './host-remedies.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import { readOrigin } from './origin-option.ts';
import { sortedQuery, withoutParameter } from './query-text.ts';
import { readUrl } from './request-url.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/** As received. */
export const PATH: MessageField = {
  field: 'path',
  written: '{path}',
  covers: ['path'],
  reader: () => readPath,
};

/** As received, without the signature where that is one of its parameters. */
export const QUERY: MessageField = {
  field: 'query',
  written: '{query}',
  covers: ['query'],
  reader: queryReader,
};

/** Its parameters by name. */
export const SORTED_QUERY: MessageField = {
  field: 'query',
  written: '{query:sorted}',
  covers: ['query'],
  warning: { code: 'unsigned-query-order' },
  reader: sortedQueryReader,
};

/** In lower case, without the scheme’s own port: as RFC 9421 §2.2.3 has it. */
export const HOST: MessageField = {
  field: 'host',
  written: '{host}',
  covers: ['host'],
  reader: hostReader,
  readOrigin,
};

/** Scheme and authority as the gate’s origin says, or else the request’s own, under `https`. */
export const WHOLE_URL: MessageField = {
  field: 'url',
  written: '{url}',
  covers: ['scheme', 'host', 'path', 'query'],
  reader: urlReader,
  readOrigin,
};

function readPath({ request }: TemplatePassage): string | Objection {
  const effective = effectiveRequest(request);
  return 'reason' in effective ? effective : effective.path;
}

function queryReader({ signature }: TemplateOptions): (passage: TemplatePassage) => string {
  const name = 'query' in signature ? signature.query : undefined;
  return ({ request }) => withoutParameter(queryOf(request.url), name) ?? '';
}

function sortedQueryReader(options: TemplateOptions): FieldReader {
  const read = queryReader(options);
  return (passage) => sortedQuery(read(passage));
}

function hostReader({ origin }: TemplateOptions): FieldReader {
  return ({ request }) => {
    const effective = effectiveRequest(request, origin);
    if ('reason' in effective) return effective;
    return authorityOf(effective, effective.scheme ?? 'https') ?? NO_HOST;
  };
}

export const NO_HOST: Objection = objection(
  'missing-part',
  'the message covers the host; there is none',
  GIVE_HOST,
);

function urlReader({ origin, signature }: TemplateOptions): FieldReader {
  const name = 'query' in signature ? signature.query : undefined;
  return (passage) => {
    const url = readUrl(passage.request, origin, NO_HOST);
    if ('reason' in url) return url;
    const { base, path, query } = url;
    const rest = query === undefined ? undefined : withoutParameter(query, name);
    return `${base}${path}${rest === undefined ? '' : `?${rest}`}`;
  };
}
