/** What there is in the catalogue: every provider of the engine, and the senders that are written down as declarations. */
import {
  createGate,
  nearMiss,
  type Provider,
  providers,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { type CoverageReport, coverageReport, coverageReportOfProvider } from '@countersign/core/coverage';
import { sampleScheme, signingRecipe, tokenRecipe } from '@countersign/core/internal/signing-recipe';
import { DECLARED_SENDERS } from './declared-senders.generated.ts';
import { placeText } from './proof-facts.ts';
import { readWritten } from './read-written.ts';

export interface CatalogueEntry {
  /** Unique: a provider’s id, or `declared:` and the sender’s name. */
  readonly key: string;
  readonly title: string;
  /** A provider’s id; a declared sender has none. */
  readonly id: string | undefined;
  readonly summary: string;
  readonly kind: EntryKind;
  /** Whether no official source describes it, or nobody but us has signed a request of it. */
  readonly isUnverified: boolean;
  /** Where the proof sits: names of headers, or a place in the URL or the body. */
  readonly where: string;
  readonly algorithms: readonly string[];
  readonly coverage: CoverageReport;
  /** What is searched, in lower case. */
  readonly haystack: string;
}

export const KINDS = ['signature', 'token', 'declared'] as const;
export type EntryKind = (typeof KINDS)[number];

/** Ready-made ones first. */
export function catalogueEntries(): readonly CatalogueEntry[] {
  return [...providers.map(providerEntry), ...declaredEntries()];
}

/** Entries that have every word of the text somewhere. */
export function matchingEntries(
  entries: readonly CatalogueEntry[],
  text: string,
  kind: EntryKind | undefined,
): readonly CatalogueEntry[] {
  const words = text.toLowerCase().split(/\s+/);
  return entries.filter(
    (entry) =>
      (kind === undefined || entry.kind === kind) && words.every((word) => entry.haystack.includes(word)),
  );
}

/** The entry whose id or name was probably meant by a text that matches none. */
export function nearestEntry(entries: readonly CatalogueEntry[], text: string): CatalogueEntry | undefined {
  const names = [
    ...entries.map((entry) => ({ name: entry.id ?? '', entry })),
    ...entries.map((entry) => ({ name: entry.title, entry })),
    ...entries.map((entry) => ({ name: entry.title.split(' ')[0] ?? '', entry })),
  ];
  const nearest = nearMiss(
    text.trim(),
    names.map(({ name }) => name),
  );
  return names.find(({ name }) => name === nearest)?.entry;
}

function providerEntry({ id, title, summary, proof, otherNames = [], unverified }: Provider): CatalogueEntry {
  const scheme = sampleScheme(writtenProvider(id));
  return withHaystack(
    {
      key: id,
      id,
      title,
      summary,
      kind: proof,
      isUnverified: unverified !== undefined,
      where: whereOf(scheme),
      algorithms: algorithmsOf(scheme),
      coverage: coverageReportOfProvider(writtenProvider(id)),
    },
    otherNames,
  );
}

function declaredEntries(): readonly CatalogueEntry[] {
  return DECLARED_SENDERS.flatMap(({ name, scheme: text, notes }) => {
    const declaration = readWritten(text);
    if ('problem' in declaration) return [];
    const gate = createGate({ scheme: writtenScheme(declaration.value), keys: async () => [] });
    const entry = {
      key: `declared:${name}`,
      id: undefined,
      title: name,
      summary: notes,
      kind: 'declared' as const,
      isUnverified: notes.startsWith('unverified'),
      where: whereOf(gate.scheme),
      algorithms: algorithmsOf(gate.scheme),
      coverage: coverageReport(gate),
    };
    return [withHaystack(entry, [text])];
  });
}

function whereOf(scheme: ReturnType<typeof sampleScheme>): string {
  const place = signingRecipe(scheme)?.signature.place;
  return place === undefined || place.kind === 'header' ? scheme.headers.proof.join(', ') : placeText(place);
}

function algorithmsOf(scheme: ReturnType<typeof sampleScheme>): readonly string[] {
  const names: readonly string[] =
    tokenRecipe(scheme)?.algorithms ?? scheme.keys.forms.map(({ algorithm }) => algorithm);
  return [...new Set(names)];
}

function withHaystack(entry: Omit<CatalogueEntry, 'haystack'>, more: readonly string[]): CatalogueEntry {
  const { id = '', title, summary, kind, where, algorithms, coverage } = entry;
  const texts = [id, title, summary, kind, where, ...algorithms, ...more];
  const haystack = [...texts, ...coverage.covered, coverage.replay].join(' ').toLowerCase();
  return { ...entry, haystack };
}
