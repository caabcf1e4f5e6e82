/** Headers that the sender chooses and names in a header of the list, which is signed with them. */
import { singleHeader } from '../headers.ts';
import { type Objection, objection } from '../objection.ts';
import { isToken } from '../text/token.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import { isFieldValue } from './message-parts.ts';
import { noTimestamp } from './signed-time.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/** More headers than this nobody signs; each is looked for among all of the request. */
const MAX_NAMES = 64;

/**
 * `name:value;name:value` of the headers that a header lists by name, in order. It must list itself, and every header in
 * which the declaration has time, id, nonce or key id: what is not listed is not signed.
 * @param list the header’s name, in lower case
 */
export function headerListPart(list: string): MessageField {
  return {
    field: 'headers',
    written: `{headers:${list}}`,
    covers: [],
    demands: (options) => demandedHeaders(list, options),
    reader: (options) => readHeaders(list, demandedHeaders(list, options), options.timestamp),
    place: (options, request) =>
      request.headers.get(list) === undefined
        ? {
            ...request,
            headers: request.headers.with(list, namesToSign(list, options, request.headers).join(',')),
          }
        : request,
  };
}

function demandedHeaders(list: string, { timestamp, id, nonce, keyId }: TemplateOptions): readonly string[] {
  const headers = [timestamp, id, nonce, keyId].flatMap((source) =>
    source && 'header' in source ? [source.header.toLowerCase()] : [],
  );
  return [...new Set([list, ...headers])];
}

/** What is demanded, and the type of the event. */
function namesToSign(
  list: string,
  options: TemplateOptions,
  headers: { get(name: string): string | undefined },
): readonly string[] {
  const { type } = options;
  const ofType = type && 'header' in type && headers.get(type.header) !== undefined ? [type.header] : [];
  return [
    ...new Set([...demandedHeaders(list, options), ...ofType.map((name) => name.toLowerCase())]),
  ].sort();
}

function readHeaders(
  list: string,
  demanded: readonly string[],
  timestamp: TemplateOptions['timestamp'],
): FieldReader {
  const single = singleHeader(list);
  return (passage) => {
    const text = single(passage.request.headers);
    if (typeof text !== 'string') {
      return fault(`the header ${list} is ${text === null ? 'repeated' : 'absent'}`);
    }
    const names = text.split(',', MAX_NAMES + 1).map((name) => name.trim().toLowerCase());
    if (names.length > MAX_NAMES) return fault(`the header ${list} names more than ${MAX_NAMES} headers`);
    const wrong = names.find((name, i) => !isToken(name) || names.indexOf(name) !== i);
    if (wrong !== undefined)
      return fault(`the header ${list} names ${isToken(wrong) ? 'a header twice' : 'what is none'}`);
    const missing = demanded.find((name) => !names.includes(name));
    if (missing !== undefined) return unlisted(list, missing);
    return timestamp && 'header' in timestamp && passage.timestampText === undefined
      ? noTimestamp(timestamp, passage, 'the message covers a timestamp; the request carries none')
      : joinHeaders(passage, list, names.sort());
  };
}

function joinHeaders(
  { request }: TemplatePassage,
  list: string,
  names: readonly string[],
): string | Objection {
  const pairs: string[] = [];
  for (const name of names) {
    const value = name === list ? names.join(',') : request.headers.single(name);
    if (typeof value !== 'string') {
      return fault(`the header ${name}, which ${list} names, is ${value === null ? 'repeated' : 'absent'}`);
    }
    if (!isFieldValue(value)) return fault(`the header ${name} holds a character that no header can`);
    // As another header of the list would begin: text could be moved from one into the next.
    if (/;[!#$%&'*+.^_`|~0-9A-Za-z-]+:/.test(value)) return movable(name);
    pairs.push(`${name}:${value}`);
  }
  return pairs.join(';');
}

const LISTED =
  'The sender must name each header that it signs, once, and send it once; what is in front of the gate must hand them on.';

function fault(problem: string): Objection {
  return objection('missing-part', problem, LISTED);
}

function unlisted(list: string, name: string): Objection {
  return objection(
    'missing-part',
    `the header ${list} does not name ${name}, so that is not signed`,
    'The sender must sign it, or the gate must not read it.',
  );
}

function movable(name: string): Objection {
  return objection(
    'missing-part',
    `the header ${name} holds what another header of the list begins with`,
    'The sender must choose another value: text could be moved across its end.',
  );
}
