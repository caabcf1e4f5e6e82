/** The fields Signature-Input and Signature (RFC 9421 §4), parsed strictly and within bounds. */
import { type InnerList, isInnerList, type Parameters, serializeInnerList } from 'structured-headers';
import { timeOfSeconds } from '../../freshness.ts';
import { type Objection, objection } from '../../scheme.ts';
import { shownText } from '../../text/shown-text.ts';
import { readComponent, type SignatureComponent, sameComponent } from './component.ts';
import { parseStrictDictionary } from './structured-fields.ts';

/** The parameters of RFC 9421 §2.3; times are Unix seconds. Others are signed as well, and mean nothing here. */
export interface SignatureParameters {
  readonly created?: number;
  readonly expires?: number;
  readonly nonce?: string;
  readonly alg?: string;
  readonly keyid?: string;
  readonly tag?: string;
}

/** One member of Signature-Input. */
export interface SignatureInput {
  readonly label: string;
  readonly components: readonly SignatureComponent[];
  readonly parameters: SignatureParameters;
  /** Every parameter as received. */
  readonly received: Parameters;
  /** Components and parameters serialised: the value of `@signature-params`. */
  readonly text: string;
}

/** A longer field is refused before any of it is parsed. */
const MAX_FIELD_CHARS = 8 * 1024;

/** More signatures than this in one request make a forgery expensive to refuse. */
const MAX_LABELS = 8;

const MAX_COMPONENTS = 32;

const TIMES: readonly string[] = ['created', 'expires'];
const TEXTS: readonly string[] = ['nonce', 'alg', 'keyid', 'tag'];

/** Every signature that the field's combined value describes, in order. */
export function parseSignatureInput(text: string): readonly SignatureInput[] | Objection {
  const dictionary = parseField('Signature-Input', text);
  if ('reason' in dictionary) return dictionary;
  const inputs: SignatureInput[] = [];
  for (const [label, member] of dictionary) {
    const input = isInnerList(member)
      ? readInput(label, member)
      : `${shownText(label)} is no list of components`;
    if (typeof input === 'string') return objection('malformed-signature', `Signature-Input: ${input}`);
    inputs.push(input);
  }
  return inputs;
}

/** The signatures' bytes by label. */
export function parseSignatures(text: string): ReadonlyMap<string, Uint8Array> | Objection {
  const dictionary = parseField('Signature', text);
  if ('reason' in dictionary) return dictionary;
  const signatures = new Map<string, Uint8Array>();
  for (const [label, member] of dictionary) {
    const [value, parameters] = member;
    // What the signature does not cover says nothing: its own parameters are refused.
    if (!(value instanceof ArrayBuffer) || parameters.size > 0) {
      return objection('malformed-signature', `Signature: ${shownText(label)} is no plain byte sequence`);
    }
    signatures.set(label, new Uint8Array(value));
  }
  return signatures;
}

type ParsedDictionary = NonNullable<ReturnType<typeof parseStrictDictionary>>;

function parseField(name: string, text: string): ParsedDictionary | Objection {
  if (text.length > MAX_FIELD_CHARS) {
    return objection('malformed-signature', `the field ${name} is ${text.length} characters long`);
  }
  const dictionary = parseStrictDictionary(text);
  if (!dictionary) {
    return objection(
      'malformed-signature',
      `the field ${name} is no dictionary of RFC 9651 in its one spelling, with each name once`,
    );
  }
  if (dictionary.size > MAX_LABELS) {
    return objection(
      'malformed-signature',
      `the field ${name} has ${dictionary.size} labels; at most ${MAX_LABELS} are looked at`,
    );
  }
  return dictionary;
}

function readInput(label: string, list: InnerList): SignatureInput | string {
  const [items, received] = list;
  if (items.length > MAX_COMPONENTS) {
    return `${shownText(label)} covers ${items.length} components; at most ${MAX_COMPONENTS} are looked at`;
  }
  const components: SignatureComponent[] = [];
  for (const item of items) {
    const component = readComponent(item);
    if ('fault' in component) return component.fault;
    if (components.some((earlier) => sameComponent(earlier, component))) {
      return `${shownText(label)} covers ${shownText(component.identifier)} twice`;
    }
    components.push(component);
  }
  const parameters = readParameters(received);
  if (typeof parameters === 'string') return `${shownText(label)}: ${parameters}`;
  return { label, components, parameters, received, text: serializeInnerList(list) };
}

function readParameters(received: Parameters): SignatureParameters | string {
  const parameters: Record<string, string | number> = {};
  for (const [name, value] of received) {
    if (TIMES.includes(name)) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
        return `${name} is no Unix time`;
      const ms = timeOfSeconds(value);
      if (typeof ms === 'string') return `${name} ${ms}`;
      parameters[name] = value;
    } else if (TEXTS.includes(name)) {
      if (typeof value !== 'string') return `${name} is no string`;
      parameters[name] = value;
    }
  }
  return parameters;
}
