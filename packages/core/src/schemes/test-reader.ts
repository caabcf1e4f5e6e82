/** What a platform’s test says of itself: in its query, in a header, or in a short JSON body. */
import { queryOf } from '../effective-request.ts';
import type { Passage } from '../scheme.ts';
import { parseUrlencoded } from '../text/form.ts';
import { decimalText, isJsonFault, scanJsonObject, stringValue } from '../text/json-text.ts';
import { readField } from './form-field.ts';
import { memberAt } from './json-member.ts';
import { memberNames } from './member-path.ts';

/** A longer body is no test: so most requests are spared the scan. */
const MAX_TEST_BYTES = 2048;

type TextOf = (name: string) => string | undefined;

/** Each text once: what comes twice is none. */
export interface TestReader {
  /** A parameter of the query, or of a POST a member of the body. */
  readonly own: TextOf;
  readonly query: TextOf;
  readonly header: TextOf;
}

/** A parameter of the query or a member of the body, as the method has it, or where it says. */
export type ChallengePlace = string | { readonly header: string } | { readonly query: string };

/** What of a test says where its texts are. */
interface TestForm {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly when?: Readonly<Record<string, string>>;
  readonly challenge?: ChallengePlace;
}

/** @returns undefined for a request that cannot be read as a test is */
export function createTestReader({
  method = 'POST',
  when = {},
  challenge,
}: TestForm): (passage: Passage) => TestReader | undefined {
  const isInBody = method === 'POST' && (Object.keys(when).length > 0 || typeof challenge === 'string');
  return (passage) => {
    const { url, headers, body } = passage.request;
    const own = isInBody ? bodyReader(body) : queryReader(url);
    if (own === undefined) return undefined;
    return {
      own,
      // Of a test in a body few look there: the query is parsed for them alone.
      query: isInBody ? (name) => queryReader(url)?.(name) : own,
      header: (name) => headers.single(name) ?? undefined,
    };
  };
}

function bodyReader(body: Uint8Array): TextOf | undefined {
  const json = body.length > MAX_TEST_BYTES ? undefined : scanJsonObject(body);
  if (!json || isJsonFault(json)) return undefined;
  return (path) => {
    const placed = memberAt(json, memberNames(path));
    // Of a string or a number: Discord’s type is one.
    return placed && (stringValue(placed.object, placed.member) ?? decimalText(placed.object, placed.member));
  };
}

function queryReader(url: string): TextOf | undefined {
  const fields = parseUrlencoded(queryOf(url));
  if ('fault' in fields) return undefined;
  return (name) => {
    const value = readField(fields, name);
    return typeof value === 'string' ? value : undefined;
  };
}
