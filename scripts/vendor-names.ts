/**
 * Prevents: `if (provider === 'acme')` in code that is there for every provider. A vendor is named in its own files;
 * elsewhere the code asks what the vendor's data say.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesOf, type Node, nodesOfSource } from './syntax-tree.ts';

/** A provider's or a broker's id. */
export interface VendorName {
  readonly id: string;
  /**
   * Whether it is that of a standard (its source is an RFC), or of a type of scheme that anybody may declare. Such words are the field's: code may be named with them,
   * and a scheme may be called so. Only to ask for the id itself is to ask for one provider.
   */
  readonly isStandard: boolean;
}

/** Vendors who are called as a thing that code has anyhow, and Svix, whose name begins headers and keys of many: no identifier and no text is about them for the word alone. */
const EVERYDAY_WORDS = [
  'resend',
  'svix',
  'line',
  'square',
  'fingerprint',
  'linear',
  'unit',
  'notion',
  'plaid',
  'meta',
  'adcp',
];

/** Folders and files below `packages/` that speak of several vendors: their data, samples, simulators, the demo, and the names of curl’s options. */
const OF_VENDORS =
  /^core\/src\/(?:providers|adapters\/events\/vendors)\/|^gateway\/src\/(?:vendors|sessions\/brokers)\/|^cli\/src\/(?:init\/samples|sandbox|demo)\/|^cli\/src\/commands\/demo\.ts$|^core\/src\/request-input\/curl-options\.ts$|^sandbox\/|\/testing\/|\.generated\.ts$/;
/** What schemes are called is theirs. */
const OF_SCHEMES = /^core\/src\/schemes\//;

/** Where code that is no vendor's own names one, with file, line and word. @param packages the folder of the packages. */
export function misplacedVendorNames(packages: string, names: readonly VendorName[]): readonly string[] {
  return filesOf(packages, ['.ts']).flatMap((file) => {
    const path = relative(packages, file).replaceAll('\\', '/');
    if (!/^\w+\/src\//.test(path) || OF_VENDORS.test(path)) return [];
    const foreign = names.filter((name) => !isOwn(path, name));
    return namedIn(readFileSync(join(packages, path), 'utf8'), foreign).map(
      ({ line, word, id }) =>
        `packages/${path}:${line} says ${word}: what is known of ${id} stands in its own files`,
    );
  });
}

/** Whether a file is a vendor's own: a part of its path is named after it. */
function isOwn(path: string, { id, isStandard }: VendorName): boolean {
  return path.split('/').some((part) => hasWords(part, id)) || (isStandard && OF_SCHEMES.test(path));
}

/** Where a source names one of them: in an identifier, or in a text that is one word. */
export function namedIn(
  source: string,
  names: readonly VendorName[],
): readonly { readonly line: number; readonly word: string; readonly id: string }[] {
  const nodes = nodesOfSource(source);
  const imported = new Set(nodes.map((node) => node['source']));
  return nodes.flatMap((node) => {
    const word = imported.has(node) ? undefined : wordOf(node);
    const vendor = word && names.find((name) => isNamed(word, name));
    if (!word || !vendor) return [];
    return [{ line: source.slice(0, node.start).split('\n').length, word: word.text, id: vendor.id }];
  });
}

interface Word {
  readonly text: string;
  readonly isText: boolean;
}

/** An identifier, or a text without blanks and slashes: a sentence, a line of an example and an address are none. */
function wordOf(node: Node): Word | undefined {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') {
    return { text: String(node['name']), isText: false };
  }
  const text = node.type === 'TemplateElement' ? cookedOf(node['value']) : node['value'];
  const isText = node.type === 'TemplateElement' || node.type === 'Literal';
  return isText && typeof text === 'string' && /^[^\s/]+$/.test(text) ? { text, isText } : undefined;
}

function cookedOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : undefined;
}

function isNamed({ text, isText }: Word, { id, isStandard }: VendorName): boolean {
  if (EVERYDAY_WORDS.includes(id)) return false;
  return isStandard ? isText && text === id : hasWords(text, id);
}

/** Whether a name has the words of an id, one after the other: `createIncodeBroker`, `FLOWENT_API_URL`, `github-delivery`. */
function hasWords(name: string, id: string): boolean {
  return ` ${wordsOf(name)} `.includes(` ${wordsOf(id)} `);
}

function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
