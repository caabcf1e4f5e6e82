/** TypeScript’s types of the options that providers and schemes declare. */
import type { OptionRow, ValueSchema } from '../packages/core/src/option-row.ts';

export interface DeclaredOptions {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly OptionRow[];
}

/** Values that several options share, by the name of their type. */
export type SharedValues = Readonly<Record<string, { readonly doc: string; readonly value: ValueSchema }>>;

export interface OptionTypesSource {
  readonly providers: readonly DeclaredOptions[];
  readonly schemes: readonly DeclaredOptions[];
  readonly shared: SharedValues;
}

/** The text of a module that holds an interface for each provider’s and each scheme’s options. */
export function optionTypesText({ providers, schemes, shared }: OptionTypesSource): string {
  const names = new Map(Object.entries(shared).map(([name, { value }]) => [identityOf(value), name]));
  const typeOf = (value: ValueSchema): string => names.get(identityOf(value)) ?? plainType(value, typeOf);
  const declare = (name: string, doc: string, members: readonly string[]): string =>
    `/** ${doc} */\nexport interface ${name} {\n${members.join('\n')}\n}\n`;
  const record = (sources: readonly DeclaredOptions[], suffix: string): readonly string[] =>
    sources.map(
      ({ name, title, rows }) =>
        `  /** ${title} */\n  readonly ${quoted(name)}: ${rows.length === 0 ? 'NoOptions' : pascal(name) + suffix};`,
    );
  const interfaces = (sources: readonly DeclaredOptions[], suffix: string, what: string): readonly string[] =>
    sources
      .filter(({ rows }) => rows.length > 0)
      .map(({ name, title, rows }) =>
        declare(
          pascal(name) + suffix,
          `Options of ${what} \`${name}\`. ${title}`,
          rows.flatMap((row) => memberLines(row, typeOf)),
        ),
      );
  return [
    '/** Generated from the options that providers and schemes declare, by scripts/generate-registry.ts. */\n',
    '/** Of a provider that has none. */\nexport type NoOptions = Readonly<Record<never, never>>;\n',
    ...Object.entries(shared).map(([name, { doc, value }]) =>
      'properties' in value
        ? declare(name, doc, propertyLines(value, typeOf))
        : `/** ${doc} */\nexport type ${name} = ${plainType(value, typeOf)};\n`,
    ),
    ...interfaces(providers, 'Options', 'the provider'),
    declare('ProviderOptions', 'The options of each provider, by its id.', record(providers, 'Options')),
    ...interfaces(schemes, 'Scheme', 'a scheme of the type'),
    declare('SchemeOptions', 'The options of a declared scheme, by its type.', record(schemes, 'Scheme')),
  ].join('\n');
}

/** A description may have been put beside what a value is. */
function identityOf(value: ValueSchema): unknown {
  return 'properties' in value ? value.properties : value;
}

function memberLines(row: OptionRow, typeOf: (value: ValueSchema) => string): readonly string[] {
  const isRequired = row.isRequired === true;
  const doc = isRequired ? row.description : `${row.description}. Default: ${row.default}`;
  return [
    `  /** ${sentence(doc)} */`,
    `  readonly ${row.name}${isRequired ? '' : '?'}: ${typeOf(row.value)};`,
  ];
}

function propertyLines(
  { properties, required = [] }: Extract<ValueSchema, { readonly type: 'object' }>,
  typeOf: (value: ValueSchema) => string,
): readonly string[] {
  return Object.entries(properties).flatMap(([name, value]) => [
    `  /** ${sentence(value.description)} */`,
    `  readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(value)};`,
  ]);
}

function plainType(value: ValueSchema, typeOf: (value: ValueSchema) => string): string {
  if ('enum' in value) return value.enum.map((word) => `'${word}'`).join(' | ');
  if ('anyOf' in value) return value.anyOf.map(typeOf).join(' | ');
  switch (value.type) {
    case 'integer':
      return 'number';
    case 'array':
      return `readonly ${/[ |]/.test(typeOf(value.items)) ? `(${typeOf(value.items)})` : typeOf(value.items)}[]`;
    case 'object':
      if (value.additionalProperties !== false) {
        return `{ readonly [name: string]: ${typeOf(value.additionalProperties)} }`;
      }
      return `{ ${Object.entries(value.properties)
        .map(([name, member]) => `readonly ${name}?: ${typeOf(member)}`)
        .join('; ')} }`;
    default:
      return value.type;
  }
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `'${name}'`;
}
