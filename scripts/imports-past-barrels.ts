/**
 * Prevents: a command that loads all that a package exports. The bundler puts together what is reached by imports, whatever is used of it,
 * and through a package's index everything is. Here each name is imported from the module that declares it.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

type Statement = ReturnType<typeof parseAst>['body'][number];
type Import = Extract<Statement, { type: 'ImportDeclaration' }>;
type NameNode = Extract<Import['specifiers'][number], { type: 'ImportSpecifier' }>['imported'];

/** Where a name is declared, and under which one. */
interface Declared {
  readonly file: string;
  readonly name: string;
}

type DeclaredNames = ReadonlyMap<string, Declared>;

/** Modules of this repository: what others ship may do something when it is loaded. */
const OURS = /\/packages\/\w+\/dist\/.*\.js$/;

/** For modules without side effects only: what an index loads beside the names in use is not loaded. */
export function importsPastBarrels(): Plugin {
  const barrels = new Map<string, DeclaredNames | undefined>();
  return {
    name: 'imports-past-barrels',
    transform: {
      filter: { id: OURS },
      async handler(code, id) {
        let text = code;
        // From the end, so that the places of those before stay.
        for (const statement of parseAst(code).body.reverse()) {
          if (statement.type !== 'ImportDeclaration') continue;
          const source = await this.resolve(statement.source.value, id);
          if (source === null || source.external || !OURS.test(source.id)) continue;
          if (!barrels.has(source.id)) barrels.set(source.id, namesOfBarrel(source.id));
          const names = barrels.get(source.id);
          if (names === undefined) continue;
          const { start, end } = statement;
          // Each line stays where it is, and the source map right.
          const lineEnds = code.slice(start, end).replace(/[^\n]/g, '');
          text = text.slice(0, start) + direct(statement, names) + lineEnds + text.slice(end);
        }
        return text === code ? null : { code: text, map: null };
      },
    },
  };
}

function direct({ specifiers, source }: Import, names: DeclaredNames): string {
  const statements = specifiers.map((specifier) => {
    const declared = specifier.type === 'ImportSpecifier' && names.get(nameOf(specifier.imported));
    if (!declared) throw new Error(`${source.value} is imported as a whole, or has no such name`);
    return `import { ${declared.name} as ${specifier.local.name} } from ${JSON.stringify(declared.file)};`;
  });
  return statements.join(' ');
}

/** Undefined for a module that does more than to export what others declare. */
function namesOfBarrel(file: string): DeclaredNames | undefined {
  const statements = parseAst(readFileSync(file, 'utf8')).body;
  const isBarrel = statements.every(
    ({ type }) => type === 'ExportAllDeclaration' || type === 'ExportNamedDeclaration',
  );
  return isBarrel ? namesOf(file, statements) : undefined;
}

function namesOf(file: string, statements: readonly Statement[]): DeclaredNames {
  const names = new Map<string, Declared>();
  for (const statement of statements) {
    if (statement.type === 'ExportAllDeclaration') {
      for (const [name, declared] of namesIn(join(dirname(file), statement.source.value)))
        names.set(name, declared);
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { source, specifiers, declaration } = statement;
      const from = source === null ? undefined : join(dirname(file), source.value);
      for (const { local, exported } of specifiers) {
        const declared = from === undefined ? undefined : namesIn(from).get(nameOf(local));
        names.set(
          nameOf(exported),
          declared ?? { file: from ?? file, name: nameOf(from ? local : exported) },
        );
      }
      for (const name of declaredNames(declaration)) names.set(name, { file, name });
    }
  }
  return names;
}

function namesIn(file: string): DeclaredNames {
  return namesOf(file, parseAst(readFileSync(file, 'utf8')).body);
}

function declaredNames(
  declaration: Extract<Statement, { type: 'ExportNamedDeclaration' }>['declaration'],
): readonly string[] {
  if (declaration === null) return [];
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : [];
}

function nameOf(node: NameNode): string {
  return node.type === 'Literal' ? node.value : node.name;
}
