/** How a provider’s proof is written, as a table: where it stands, what it is of, where time, id and type are. */
import { createGate, writtenProvider } from '@countersign/core';
import { tokenRecipe } from '@countersign/core/internal/signing-recipe';
import { proofFacts } from '../../packages/console/src/catalogue/proof-facts.ts';
import { describeSource, type PartSource } from '../../packages/core/dist/schemes/part-source.js';
import type { PageFacts } from './page-facts.ts';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly isCode?: boolean;
}

/** As far as a declaration has them. */
interface DeclaredParts {
  readonly signature?: string | PartSource;
  readonly message?: { readonly parts?: readonly (readonly (string | { readonly written: string })[])[] };
  readonly type?: PartSource;
}

export function proofTable({ provider: { id, needs }, coverage }: PageFacts): string {
  const gate = createGate({ provider: writtenProvider(id, needs), keys: async () => [] });
  const { declared, keys } = gate.scheme;
  const isPublic = keys.forms[0]?.kind !== 'secret' && tokenRecipe(gate.scheme) === undefined;
  const facts: readonly Row[] = proofFacts(gate)
    .filter(({ name }) => !(name === 'Key' && isPublic))
    .filter(({ name, isCode }) => name !== 'Signed message' || isCode === true);
  // The type says what the options are: each is written in one place.
  const parts = declared.options as DeclaredParts;
  const rows = [
    ...missing(facts, 'Signature', placeInside(parts)),
    ...facts,
    ...missing(
      facts,
      'Signed message',
      declared.type === 'template' ? writtenMessage(parts, coverage.covered.includes('body')) : undefined,
      true,
    ),
    ...missing(facts, 'Event type', placeOfType(parts, coverage.covered.includes('type'))),
  ];
  return ['| the proof | |', '| --- | --- |', ...rows.map(rowText)].join('\n');
}

/** A row that the facts lack, where there is something to say. */
function missing(
  facts: readonly Row[],
  name: string,
  value: string | undefined,
  isCode = false,
): readonly Row[] {
  const isToken = facts.some((fact) => fact.name === 'Token');
  return value === undefined || isToken || facts.some((fact) => fact.name === name)
    ? []
    : [{ name, value, isCode }];
}

/** Of a signature that is in no header. */
function placeInside({ signature }: DeclaredParts): string | undefined {
  if (typeof signature === 'string') return `JSON member ${signature}`;
  return signature && describeSource(signature);
}

/** The first of its messages, which has the most parts, as a declaration would write it. */
function writtenMessage({ message }: DeclaredParts, isOfBody: boolean): string | undefined {
  const [parts] = message?.parts ?? [];
  if (parts === undefined) return isOfBody ? '{body}' : undefined;
  return parts.map((part) => (typeof part === 'string' ? part : part.written)).join('');
}

function placeOfType({ type }: DeclaredParts, isProved: boolean): string | undefined {
  return type && `${describeSource(type)}${isProved ? '' : ', not proved'}`;
}

function rowText({ name, value, isCode }: Row): string {
  return `| ${name} | ${isCode === true ? code(value) : cell(value)} |`;
}

/** Text in a cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** In a cell: a line end shows as it is written in a text. */
function code(text: string): string {
  return `\`${cell(text).replaceAll('\n', '\\n')}\``;
}
