/** The sources of a folder, and their syntax trees, for scripts that look at the code. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A node of the syntax tree (ESTree), looked at member by member. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** Every file below a folder whose name ends so, in order. */
export function filesOf(folder: string, extensions: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .map((name) => join(folder, name))
    .sort();
}

/** Every node of a TypeScript source; comments are none. */
export function nodesOfSource(source: string): readonly Node[] {
  const nodes: Node[] = [];
  collect(parseAst(source, { lang: 'ts' }), nodes);
  return nodes;
}

/** A node, then those within it. */
function collect(value: unknown, nodes: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) nodes.push(value);
  for (const member of Object.values(value)) collect(member, nodes);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
