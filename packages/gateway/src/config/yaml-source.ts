/** Reads YAML strictly: YAML 1.2's core schema, no duplicate keys, no tags, no merge keys, few aliases; keeps the positions. */
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Locate, Position } from './finding.ts';
import { unclosedOpening } from './unclosed-yaml.ts';
import type { ValuePath } from './value-path.ts';

export interface YamlSource {
  readonly value: unknown;
  readonly locate: Locate;
}

/** Each alias may stand for a whole subtree; ten of ten of ten would be a bomb. */
const MAX_ALIASES = 20;

/**
 * Reads a YAML text.
 * @param file for error messages.
 * @throws ConfigError with the position of each problem.
 */
export function readYaml(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    schema: 'core',
    version: '1.2',
    strict: true,
    // The library compares each key with each.
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    // With 'silent' the library would drop a second document without a word.
    logLevel: 'error',
  });
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const problems: ConfigProblem[] = withoutConsequences(document).map((error) => ({
    path: '',
    problem: yamlProblem(error.code),
    ...position(error.pos[0]),
  }));
  if (problems.length > 0) {
    const [{ line } = {}] = problems;
    const cause =
      unquotedReference(text, line) ??
      unquotedMemory(text, line) ??
      unclosed(text, document.errors, position);
    throw new ConfigError(cause === undefined ? problems : [cause], file);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    // The only error left is that of too many aliases.
    throw new ConfigError(
      [
        {
          path: '',
          problem: 'it has too many aliases',
          expected: `at most ${MAX_ALIASES}`,
        },
      ],
      file,
    );
  }
  const pairOf = createPairFinder();
  return { value, locate: (path, place) => locateNode(document, path, place, { position, pairOf }) };
}

/** Faults that leave the rest of a file as it reads: each of them is worth saying. */
const ALONE: readonly ErrorCode[] = [
  'ALIAS_PROPS',
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'DUPLICATE_KEY',
  'TAG_RESOLVE_FAILED',
];

/** Behind a line that is no YAML, and in it, what else is said may follow from that one fault. Tabs are told all at once. */
function withoutConsequences(document: Document.Parsed): readonly YamlFault[] {
  const { errors, warnings } = document;
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  if (tabs.length > 0) return tabs;
  const first = errors.find(({ code }) => !ALONE.includes(code));
  const faults: readonly YamlFault[] = errors.filter(
    (error) => error === first || ALONE.includes(error.code),
  );
  const repeated = repeatedKeys(document);
  const inOrder =
    repeated.length === 0 ? faults : [...faults, ...repeated].toSorted((a, b) => a.pos[0] - b.pos[0]);
  return [...inOrder, ...warnings];
}

interface YamlFault extends Pick<YAMLParseError | YAMLWarning, 'code'> {
  readonly pos: readonly [number, number?];
}

function repeatedKeys(document: Document.Parsed): readonly YamlFault[] {
  const repeated: YamlFault[] = [];
  visit(document, {
    Map(_key, map) {
      const names = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) repeated.push({ code: 'DUPLICATE_KEY', pos: [startOf(key) ?? 0] });
        names.add(key.value);
      }
    },
  });
  return repeated;
}

/** yaml's own messages quote the file, which may hold secrets: its codes are told in our words. */
const YAML_PROBLEMS: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag of its own',
  BAD_ALIAS: 'an alias or anchor has no proper name',
  BAD_DQ_ESCAPE: 'a double-quoted text holds an escape that is not known; write \\\\ for a backslash',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a text begins with a character that must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " stands in one line; quote the text, or begin a new line',
  BLOCK_IN_FLOW: 'a block stands inside brackets or braces',
  DUPLICATE_KEY: 'this name is given twice in one mapping',
  MISSING_CHAR: 'a closing quote, bracket or brace, a comma, or the colon or space after a key is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon after a key is missing, in this line or the one before',
  MULTIPLE_DOCS: 'the file holds more than one document',
  NON_STRING_KEY: 'a key is not text; quote it',
  TAB_AS_INDENT: 'a tab is used as indentation; write spaces',
  TAG_RESOLVE_FAILED: 'a tag is not known, or does not fit; write plain values',
};

/** `${env:NAME}` without quotes, within braces or brackets, where YAML reads a mapping: one mistake that breaks YAML in many places. */
function unquotedReference(text: string, line: number | undefined): ConfigProblem | undefined {
  const source = line === undefined ? '' : (text.split('\n')[line - 1] ?? '');
  const match = /(?:^|[\s,:{[])(\$\{(?:env|file):[^}\s]*\})/.exec(source);
  const reference = match?.[1];
  if (reference === undefined || line === undefined) return undefined;
  // Its default may be a secret.
  const shown = reference.replace(/:-.+\}$/, ':-…}');
  const problem = `${shown} stands without quotes, where YAML reads its braces as a mapping`;
  return { path: '', problem, expected: `"${shown}"`, line, column: source.indexOf(reference) + 1 };
}

/** `store: memory:` and `store: :memory:`, whose second colon YAML reads as a mapping's. */
function unquotedMemory(text: string, line: number | undefined): ConfigProblem | undefined {
  const source = line === undefined ? '' : (text.split('\n')[line - 1] ?? '');
  const word = /(?:^|[{,])\s*store:\s+((?:sqlite:)?:?memory:)\s*(?:[#},].*)?$/.exec(source)?.[1];
  if (word === undefined || line === undefined) return undefined;
  const problem = `${word} stands without quotes, where YAML reads its colon as a mapping; write store: ":memory:"`;
  return { path: '', problem, line, column: source.indexOf(word, source.indexOf(':')) + 1 };
}

/** What YAML says of these is of the place where it gave up. */
const OF_UNCLOSED: readonly ErrorCode[] = ['MISSING_CHAR', 'BAD_INDENT', 'BLOCK_IN_FLOW', 'UNEXPECTED_TOKEN'];

function unclosed(
  text: string,
  errors: readonly YAMLParseError[],
  position: (offset: number) => Position,
): ConfigProblem | undefined {
  if (!errors.some(({ code }) => OF_UNCLOSED.includes(code))) return undefined;
  const opening = unclosedOpening(text);
  if (opening === undefined) return undefined;
  const { line, column } = position(opening.offset);
  return { path: '', problem: `the ${opening.mark} that stands here is not closed`, line, column };
}

function yamlProblem(code: ErrorCode): string {
  return YAML_PROBLEMS[code] ?? `this is not well-formed YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
}

interface Finders {
  readonly position: (offset: number) => Position;
  readonly pairOf: (map: YAMLMap, name: string) => Pair | undefined;
}

/** A file with a thousand problems asks for the members of one mapping as often. */
function createPairFinder(): Finders['pairOf'] {
  const pairsOf = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map, name) => {
    let pairs = pairsOf.get(map);
    if (pairs === undefined) {
      // Of two with one name the first.
      pairs = new Map(
        map.items
          .toReversed()
          .flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])),
      );
      pairsOf.set(map, pairs);
    }
    return pairs.get(name);
  };
}

function locateNode(
  document: Document,
  path: ValuePath,
  place: 'key' | 'value',
  { position, pairOf }: Finders,
): Position | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? startOf(node) : undefined;
  for (const [depth, part] of path.entries()) {
    const container: unknown = isAlias(node) ? node.resolve(document) : node;
    let key: unknown;
    let next: unknown;
    if (isMap(container)) {
      const pair = pairOf(container, String(part));
      key = pair?.key;
      next = pair?.value;
    } else if (isSeq(container) && typeof part === 'number') {
      next = container.items[part];
      key = next;
    }
    if (key === undefined) break;
    const isLast = depth === path.length - 1;
    const shown = isLast && place === 'value' && isScalar(next) && next.value !== null ? next : key;
    offset = (isNode(shown) ? startOf(shown) : undefined) ?? offset;
    node = next;
  }
  return offset === undefined ? undefined : position(offset);
}

function startOf(node: Node): number | undefined {
  return node.range?.[0];
}
