/** What an X.509 certificate (RFC 5280 §4.1) says of its key: whose it is, and until when. Who issued it is not judged here. */
import {
  BIT_STRING,
  contextTag,
  type DerElement,
  derChildren,
  derElements,
  INTEGER,
  OBJECT_ID,
  OCTET_STRING,
  SEQUENCE,
} from './der.ts';
import { hex } from './numbers.ts';

export interface Certificate {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** The first instant at which it is no longer valid: milliseconds since the epoch. */
  readonly endMs: number;
  /** DNS names in lower case: its alternative names; where it has none, its common name. */
  readonly names: readonly string[];
}

const SET = 0x31;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** UTF8String, PrintableString, IA5String. */
const TEXTS: readonly number[] = [0x0c, 0x13, 0x16];
/** A name of the DNS, which the context numbers 2 (RFC 5280 §4.2.1.6). */
const DNS_NAME = 0x82;

const COMMON_NAME = '550403';
const ALTERNATIVE_NAMES = '551d11';

const DAMAGED = 'it is cut off or damaged';

/** Undefined members of what is no certificate make it none. @returns a text that says why it is none */
export function readCertificate(der: Uint8Array): Certificate | string {
  const [signed, algorithm, signature, more] = derChildren(der, SEQUENCE) ?? [];
  if (signed?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING || more)
    return DAMAGED;
  const all = derElements(signed.content) ?? [];
  const parts = all[0]?.tag === contextTag(0) ? all.slice(1) : all;
  const [serial, , issuer, validity, subject, spki] = parts;
  if (serial?.tag !== INTEGER || issuer?.tag !== SEQUENCE || spki?.tag !== SEQUENCE) return DAMAGED;
  const endMs = endOf(validity);
  const alternative = alternativeNames(parts.find(({ tag }) => tag === contextTag(3)));
  const common = commonNames(subject);
  if (endMs === undefined || alternative === undefined || common === undefined) return DAMAGED;
  return { spki: spki.whole, endMs, names: alternative.length > 0 ? alternative : common };
}

/** The last second counts as a whole. */
function endOf(validity: DerElement | undefined): number | undefined {
  const [, end, more] = validity?.tag === SEQUENCE ? (derElements(validity.content) ?? []) : [];
  if (end === undefined || more) return undefined;
  const text = asciiOf(end.content);
  const [, year = '', month, day, hour, minute, second] =
    (end.tag === UTC_TIME
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : end.tag === GENERALIZED_TIME
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
        : /$^/
    ).exec(text) ?? [];
  // RFC 5280 §4.1.2.5.1: from 50 on it is of the last century.
  const century = year.length === 4 ? '' : Number(year) >= 50 ? '19' : '20';
  const ms = Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms + 1000;
}

function commonNames(subject: DerElement | undefined): readonly string[] | undefined {
  if (subject?.tag !== SEQUENCE) return undefined;
  const sets = derElements(subject.content);
  if (sets === undefined || sets.some(({ tag }) => tag !== SET)) return undefined;
  const attributes = sets.flatMap(({ content }) => derElements(content) ?? []);
  return attributes.flatMap(({ content }) => {
    const [type, value] = derElements(content) ?? [];
    if (type?.tag !== OBJECT_ID || hex(type.content) !== COMMON_NAME) return [];
    return value && TEXTS.includes(value.tag) ? [asciiOf(value.content).toLowerCase()] : [];
  });
}

/** None where there is no such extension; undefined where it does not read. */
function alternativeNames(extensions: DerElement | undefined): readonly string[] | undefined {
  if (extensions === undefined) return [];
  const list = derChildren(extensions.content, SEQUENCE);
  if (list === undefined) return undefined;
  for (const { content } of list) {
    const parts = derElements(content) ?? [];
    const [type] = parts;
    if (type?.tag !== OBJECT_ID || hex(type.content) !== ALTERNATIVE_NAMES) continue;
    const value = parts.at(-1);
    const names = value?.tag === OCTET_STRING ? derChildren(value.content, SEQUENCE) : undefined;
    return names?.flatMap(({ tag, content: name }) =>
      tag === DNS_NAME ? [asciiOf(name).toLowerCase()] : [],
    );
  }
  return [];
}

/** What is no ASCII stands for itself, and is no name of the DNS. */
function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}
