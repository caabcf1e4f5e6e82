/** The identifier of a covered component: a name with parameters, e.g. `"example-dict";key="a"`. */
import { type Item, parseItem, serializeItem } from 'structured-headers';
import { shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';
import type { MessageKind } from './message-kind.ts';
import { attempt } from './structured-fields.ts';

export interface SignatureComponent {
  /** A lower-case field name, or a derived component's, e.g. `@method`. */
  readonly name: string;
  /** `sf`, `bs` and `req` are flags; `key` and `name` hold a text. */
  readonly parameters: ReadonlyMap<string, string | true>;
  /** As the signature base writes it. */
  readonly identifier: string;
}

/** What is wrong with a component. */
export interface ComponentFault {
  readonly fault: string;
}

export type { MessageKind } from './message-kind.ts';

/** The derived components of a request: RFC 9421 §2.2. */
export const DERIVED_COMPONENTS: ReadonlySet<string> = new Set([
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
  '@query-param',
]);

/** Of a response’s signature: whether it covers a part of the request that is answered (RFC 9421 §2.4). */
export function isOfRequest({ parameters }: Pick<SignatureComponent, 'parameters'>): boolean {
  return parameters.has('req');
}

/** Reads one component of an inner list. Those of trailers are not taken, and in a request none of responses. */
export function readComponent(
  [name, received]: Item,
  kind: MessageKind = 'request',
): SignatureComponent | ComponentFault {
  if (typeof name !== 'string') return { fault: 'a covered component is not a string' };
  const identifier = serializeItem([name, received]);
  const isDerived = name.startsWith('@');
  const isStatus = name === '@status';
  if (isStatus && kind === 'request') return { fault: '@status is a part of responses' };
  const isName = isDerived
    ? isStatus || DERIVED_COMPONENTS.has(name)
    : isToken(name) && name === name.toLowerCase();
  if (!isName) {
    return {
      fault: `${shownText(identifier)} is neither a lower-case field name nor a component of ${kind}s`,
    };
  }
  const parameters = new Map<string, string | true>();
  for (const [parameter, value] of received) {
    if (parameter === 'req' && kind === 'request')
      return { fault: `${shownText(identifier)}: req is for responses` };
    if (parameter === 'tr') return { fault: `${shownText(identifier)}: trailers are not read` };
    const mayBeFlag =
      parameter === 'req' ? !isStatus : !isDerived && (parameter === 'sf' || parameter === 'bs');
    const isFlag = mayBeFlag && value === true;
    const isText = parameter === (isDerived ? 'name' : 'key') && typeof value === 'string';
    if (!isFlag && !(isText && (!isDerived || name === '@query-param'))) {
      return {
        fault: `${shownText(identifier)}: the parameter ${shownText(parameter)} is not known here`,
      };
    }
    parameters.set(parameter, value as string | true);
  }
  if (name === '@query-param' && !parameters.has('name')) return { fault: '@query-param names no parameter' };
  const isRequests = parameters.has('req');
  if (kind === 'response' && isDerived && !isStatus && !isRequests) {
    return { fault: `${shownText(identifier)} is a part of requests: in a response it takes ;req` };
  }
  // RFC 9421 §2.1: bs wraps the raw lines, sf and key need the parsed value.
  if (parameters.has('bs') && parameters.size > (isRequests ? 2 : 1))
    return { fault: `${shownText(identifier)}: bs stands alone` };
  return { name, parameters, identifier };
}

/** Whether two identifiers are the same component: the order of parameters does not count (RFC 9421 §2). */
export function sameComponent(a: SignatureComponent, b: SignatureComponent): boolean {
  if (a.name !== b.name || a.parameters.size !== b.parameters.size) return false;
  for (const [parameter, value] of a.parameters) if (b.parameters.get(parameter) !== value) return false;
  return true;
}

/** Reads a component as a configuration writes it: `@method`, `x-id`, `example-dict;key="a"`; of a response `@method;req`. */
export function parseComponent(text: string, kind?: MessageKind): SignatureComponent | ComponentFault {
  const end = text.indexOf(';');
  const name = end < 0 ? text : text.slice(0, end);
  const item = attempt(() => parseItem(`"${name}"${end < 0 ? '' : text.slice(end)}`));
  return item ? readComponent(item, kind) : { fault: `${shownText(text)} is not a component` };
}
