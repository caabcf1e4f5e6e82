/** The fields Signature-Input and Signature (RFC 9421 §4), parsed strictly and within bounds. */
import type { Item, Parameters } from 'structured-headers';
import { timeOfSeconds } from '../../freshness.ts';
import { type Objection, objection } from '../../objection.ts';
import { shownText } from '../../text/shown-text.ts';
import { type MessageKind, readComponent, type SignatureComponent, sameComponent } from './component.ts';
import { type MemberFault, parseStrictMembers } from './structured-fields.ts';
import type { StrictMember } from './usual-members.ts';

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

/** Lower-case names of the covered header fields. */
export function fieldsOf({ components }: Pick<SignatureInput, 'components'>): readonly string[] {
  return components.flatMap(({ name }) => (name.startsWith('@') ? [] : [name]));
}

/** A longer field is refused before any of it is parsed. */
const MAX_FIELD_CHARS = 8 * 1024;

/** More signatures than this in one request make a forgery expensive to refuse. */
const MAX_LABELS = 8;

const MAX_COMPONENTS = 32;

const IN_BOTH =
  'Each label stands once in both fields (RFC 9421 §4): look for a proxy that changes one of them.';
const AS_RFC_9421 = 'Have the sender write the field as RFC 9421 §4 does.';

const TIMES: readonly string[] = ['created', 'expires'];
const TEXTS: readonly string[] = ['nonce', 'alg', 'keyid', 'tag'];

/** Members by label: those that are understood, and what is wrong with the others. */
interface Members<T> {
  readonly labels: readonly string[];
  readonly understood: ReadonlyMap<string, T>;
  readonly faults: ReadonlyMap<string, Objection>;
}

/** What both fields say of the signatures that are understood in both, at least one; others are left out. */
export interface WrittenFields {
  readonly inputs: readonly SignatureInput[];
  readonly signatures: ReadonlyMap<string, Uint8Array>;
  /** What is wrong with those that are left out. */
  readonly faults: ReadonlyMap<string, Objection>;
}

/** Reads both fields, neither of them empty. A member that is not understood, or is in one of them only, does not condemn the others. */
export function readSignatureFields(
  inputText: string,
  signatureText: string,
  kind: MessageKind = 'request',
): WrittenFields | Objection {
  const inputs = readInputs(inputText, kind);
  if ('reason' in inputs) return inputs;
  const signatures = readBytes(signatureText);
  if ('reason' in signatures) return signatures;
  const faults = new Map([
    ...alone(inputs.labels, signatures.labels, 'Signature'),
    ...alone(signatures.labels, inputs.labels, 'Signature-Input'),
    ...signatures.faults,
    ...inputs.faults,
  ]);
  const both = [...inputs.understood.values()].filter(({ label }) => signatures.understood.has(label));
  return both.length === 0
    ? (firstOf(faults) as Objection)
    : { inputs: both, signatures: signatures.understood, faults };
}

/** The labels that the other field lacks. */
function alone(
  labels: readonly string[],
  others: readonly string[],
  other: string,
): readonly (readonly [string, Objection])[] {
  return labels
    .filter((label) => !others.includes(label))
    .map((label) => [
      label,
      objection('malformed-signature', `${other} has no member ${shownText(label)}`, IN_BOTH),
    ]);
}

function readInputs(text: string, kind: MessageKind): Members<SignatureInput> | Objection {
  return readMembers('Signature-Input', text, (label, member) => readInput(label, member, kind));
}

function readBytes(text: string): Members<Uint8Array> | Objection {
  return readMembers('Signature', text, readSignature);
}

/** What the signature does not cover says nothing: its own parameters are refused. */
function readSignature(label: string, { bytes, parameters }: StrictMember): Uint8Array | string {
  return bytes !== undefined && parameters.size === 0
    ? bytes
    : `${shownText(label)} is not a plain byte sequence`;
}

function readMembers<T extends object>(
  name: string,
  text: string,
  read: (label: string, member: StrictMember) => T | string,
): Members<T> | Objection {
  const dictionary = parseField(name, text);
  if ('reason' in dictionary) return dictionary;
  const understood = new Map<string, T>();
  const faults = new Map<string, Objection>();
  for (const [label, member] of dictionary) {
    const value = typeof member === 'string' ? `${shownText(label)} ${member}` : read(label, member);
    if (typeof value === 'string')
      faults.set(label, objection('malformed-signature', `${name}: ${value}`, AS_RFC_9421));
    else understood.set(label, value);
  }
  return { labels: [...dictionary.keys()], understood, faults };
}

/** The first one’s fault. */
export function firstOf(faults: ReadonlyMap<string, Objection>): Objection | undefined {
  return faults.values().next().value;
}

type ParsedDictionary = ReadonlyMap<string, StrictMember | MemberFault>;

function parseField(name: string, text: string): ParsedDictionary | Objection {
  if (text.length > MAX_FIELD_CHARS) {
    return objection(
      'malformed-signature',
      `the field ${name} is ${text.length} characters long; at most ${MAX_FIELD_CHARS} are read`,
      'Have the sender cover less, or sign once.',
    );
  }
  const dictionary = parseStrictMembers(text);
  if (!dictionary) {
    return objection('malformed-signature', `the field ${name} is not a dictionary of RFC 9651`, AS_RFC_9421);
  }
  if (dictionary.size > MAX_LABELS) {
    return objection(
      'malformed-signature',
      `the field ${name} has ${dictionary.size} labels; at most ${MAX_LABELS} are looked at`,
      'Have the sender, and the proxies on the way, sign less often.',
    );
  }
  return dictionary;
}

function readInput(label: string, { list, text }: StrictMember, kind: MessageKind): SignatureInput | string {
  if (list === undefined) return `${shownText(label)} is not a list of components`;
  const [items, received] = list;
  const isLast = items === lastItems && kind === lastKind;
  const components = isLast ? lastComponents : readComponents(label, items, kind);
  if (typeof components === 'string') return components;
  lastItems = items;
  lastKind = kind;
  lastComponents = components;
  const parameters = readParameters(received);
  if (typeof parameters === 'string') return `${shownText(label)}: ${parameters}`;
  return { label, components, parameters, received, text };
}

/** The list that was read last, which is the same one again where a sender covers the same. */
let lastItems: readonly Item[] | undefined;
let lastKind: MessageKind = 'request';
let lastComponents: readonly SignatureComponent[] = [];

function readComponents(
  label: string,
  items: readonly Item[],
  kind: MessageKind,
): readonly SignatureComponent[] | string {
  if (items.length > MAX_COMPONENTS) {
    return `${shownText(label)} covers ${items.length} components; at most ${MAX_COMPONENTS} are looked at`;
  }
  const components: SignatureComponent[] = [];
  for (const item of items) {
    const component = readComponent(item, kind);
    if ('fault' in component) return component.fault;
    if (components.some((earlier) => sameComponent(earlier, component))) {
      return `${shownText(label)} covers ${shownText(component.identifier)} twice`;
    }
    components.push(component);
  }
  return components;
}

function readParameters(received: Parameters): SignatureParameters | string {
  const parameters: Record<string, string | number> = {};
  for (const [name, value] of received) {
    if (TIMES.includes(name)) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
        return `${name} is not a Unix time`;
      const ms = timeOfSeconds(value);
      if (typeof ms === 'string') return `${name} ${ms}`;
      parameters[name] = value;
    } else if (TEXTS.includes(name)) {
      if (typeof value !== 'string') return `${name} is not a string`;
      parameters[name] = value;
    }
  }
  return parameters;
}
