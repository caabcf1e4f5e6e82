/** Texts that stand one behind the other in a request, or in the order of their names: what senders join that sign values alone. */
import { utf8Text } from '../text/bytes.ts';
import type { Atom } from './atom.ts';
import type { NamedText, Place } from './named-texts.ts';
import type { Arrangement } from './plans.ts';
import { writtenPlace } from './source-drafts.ts';

/** Of longer rows the rest is left out. */
const MAX_ROW = 24;

const SEPARATORS = [':', '', '|', '.', ',', ';', '&', '\n', '-', '_', '/', ' '] as const;

/** How one text stands in a message: the words before and behind it. */
interface Form {
  before(name: string): string;
  readonly behind: string;
  readonly between: readonly string[];
}

const PLAIN: Form = { before: () => '', behind: '', between: SEPARATORS };

const FORMS: readonly Form[] = [
  PLAIN,
  { before: (name) => `${name}=`, behind: '', between: ['&', '', ',', ';', '\n', '|'] },
  { before: (name) => `${name}:`, behind: '', between: ['\n', '', ',', ';', '|'] },
  { before: (name) => `${name}\n`, behind: '\n', between: [''] },
  { before: (name) => name, behind: '', between: ['', '\n'] },
  { before: () => '', behind: '\n', between: [''] },
];

/** Two at least, of parameters, of members, or of fields; any two of them in either order. */
export function* runsOf(texts: readonly NamedText[]): Generator<Arrangement> {
  for (const row of rowsOf(texts)) {
    for (const separator of SEPARATORS) yield* pairsOf(row, separator);
    for (let size = row.length; size > 1; size--) {
      for (let from = 0; from + size <= row.length; from++) {
        const run = row.slice(from, from + size);
        for (const form of FORMS) for (const separator of form.between) yield joined(run, form, separator);
      }
    }
  }
}

function* pairsOf(row: readonly Named[], separator: string): Generator<Arrangement> {
  for (const first of row)
    for (const second of row) if (first !== second) yield joined([first, second], PLAIN, separator);
}

interface Named {
  readonly name: string;
  readonly atom: Atom;
}

/** Each kind by itself, as it stands and by name. */
function rowsOf(texts: readonly NamedText[]): readonly (readonly Named[])[] {
  const kinds = new Map<string, Named[]>();
  for (const { place, text } of texts) {
    const written = writtenPlace(place);
    if ('header' in place || written === undefined) continue;
    const kind = 'member' in place ? ('field' in place ? `json ${place.field}` : 'member') : kindOf(place);
    const atom: Atom = { kind: 'source', written, place, text: utf8Text(text), isLikely: false, same: [] };
    const row = kinds.get(kind) ?? [];
    if (row.length < MAX_ROW) row.push({ name: nameOf(place), atom });
    kinds.set(kind, row);
  }
  return [...kinds.values()].flatMap((row) => {
    const sorted = [...row].sort((a, b) => (a.name < b.name ? -1 : 1));
    return sorted.every((named, at) => named === row[at]) ? [row] : [row, sorted];
  });
}

function kindOf(place: Place): string {
  return 'query' in place ? 'query' : 'field';
}

function nameOf(place: Place): string {
  return Object.values(place).at(-1) ?? '';
}

function joined(run: readonly Named[], { before, behind }: Form, separator: string): Arrangement {
  const pieces: (Atom | string)[] = [];
  for (const [at, { name, atom }] of run.entries()) {
    const text = `${at === 0 ? '' : separator}${before(name)}`;
    if (text !== '') pieces.push(text);
    pieces.push(atom);
    if (behind !== '') pieces.push(behind);
  }
  return pieces;
}
