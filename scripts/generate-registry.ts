/**
 * Prevents: a provider's or broker's file that is in the folder but not in the registry, and an option that its type
 * does not know. Writes, from the folders packages/core/src/providers and packages/gateway/src/sessions/brokers,
 * all.generated.ts beside the files; and, from the options that providers and schemes declare,
 * packages/core/src/option-types.generated.ts. With `--check` only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { optionTypesText } from './option-types.ts';
import { readArguments } from './read-arguments.ts';

const NOT_PROVIDERS = ['registry.ts', 'registry-names.ts', 'all.generated.ts'];
const packages = join(import.meta.dirname, '../packages');
const source = join(packages, 'core/src');
const brokers = join(packages, 'gateway/src/sessions/brokers');
const {
  values: { check },
} = readArguments('node scripts/generate-registry.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});
const HEAD = '/** Generated from this folder by scripts/generate-registry.ts. */';

settle(join(source, 'providers/all.generated.ts'), registryText());
settle(join(source, 'option-types.generated.ts'), await typesText());
settle(join(brokers, 'all.generated.ts'), brokersText());

/** The name of what a file exports: `oauth2ClientCredentials` of `oauth2-client-credentials.ts`. */
function nameOf(file: string): string {
  return file.slice(0, -'.ts'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function registryText(): string {
  const files = readdirSync(join(source, 'providers'))
    .filter((file) => !NOT_PROVIDERS.includes(file))
    .sort();
  const names = files.map(nameOf);
  return [
    HEAD,
    "import type { Provider } from '../provider.ts';",
    ...files.map((file, i) => `import { ${names[i]} } from './${file}';`),
    '',
    `export const PROVIDERS: readonly Provider[] = [\n${names.map((name) => `  ${name},\n`).join('')}];`,
    '',
  ].join('\n');
}

/** A broker's file exports the broker, and under its name what a session's members are: as written, as read, as settings. */
function brokersText(): string {
  const files = readdirSync(brokers)
    .filter((file) => file.endsWith('.ts') && file !== 'all.generated.ts')
    .sort();
  const all = files.map((file) => {
    const name = nameOf(file);
    return { file, name, id: file.slice(0, -'.ts'.length), type: name[0]?.toUpperCase() + name.slice(1) };
  });
  const list = (text: (one: (typeof all)[number]) => string): string => all.map(text).join(', ');
  return `${HEAD}
import type { AnyMembers, Broker, BrokerMembers } from '../broker.ts';
${all.map(({ file, name, type }) => `import {\n  ${name},\n  type ${type}Input,\n  type ${type}Parsed,\n  type ${type}Settings,\n} from './${file}';\n`).join('')}
/** The members of every broker, as written. */
export interface BrokerInput extends ${list(({ type }) => `${type}Input`)} {}

/** The members of every broker, as the schema reads them. */
export interface BrokerParsed extends ${list(({ type }) => `${type}Parsed`)} {}

/** What one broker is set to. */
export type BrokerSettings = ${all.map(({ type }) => `${type}Settings`).join(' | ')};

export type BrokerId = BrokerSettings['broker'];

export const BROKERS: Readonly<Record<BrokerId, Broker<AnyMembers, BrokerParsed, BrokerSettings, string>>> = {
${all.map(({ id, name }) => `  ${id === name ? id : `'${id}': ${name}`},\n`).join('')}};

export const BROKER_IDS: readonly BrokerId[] = [${list(({ id }) => `'${id}'`)}];

/** What the members of every broker may be. */
export function brokerMembers(): BrokerMembers<BrokerInput, BrokerParsed> {
  return { ${list(({ name }) => `...${name}.members()`)} };
}
`;
}

/** Read only now: the registry may just have been written. */
async function typesText(): Promise<string> {
  const { PROVIDERS } = await import('../packages/core/src/providers/all.generated.ts');
  const { schemeTypes } = await import('../packages/core/src/schemes/scheme-rows.ts');
  const { optionRowsOf } = await import('../packages/core/src/schemes/sender-rows.ts');
  const tokens = await import('../packages/core/src/schemes/jwt/option-rows.ts');
  const values = await import('../packages/core/src/schemes/template-rows.ts');
  return optionTypesText({
    providers: PROVIDERS.map(({ id, title, scheme }) => ({
      name: id,
      title: `${title}.`,
      rows: optionRowsOf({ scheme }),
    })),
    schemes: schemeTypes.map(({ type, summary, options }) => ({ name: type, title: summary, rows: options })),
    shared: {
      TokenAlgorithm: { doc: 'What signs a token.', value: tokens.TOKEN_ALGORITHM },
      PublicKeyTokenAlgorithm: {
        doc: 'What signs a token by a key whose other half may be published.',
        value: tokens.PUBLIC_KEY_TOKEN_ALGORITHM,
      },
      Place: {
        doc: 'Where a part of the request sits: exactly one of them.',
        value: values.PLACE,
      },
      SignatureAlgorithm: {
        doc: 'What signs; `sha256` stands for `hmac-sha256`.',
        value: values.SIGNATURE_ALGORITHM,
      },
      SignatureList: { doc: 'How a header holds several labelled items.', value: values.SIGNATURE_LIST },
      SignaturePlace: {
        doc: 'Where the signature sits (exactly one of header, query, member and field), and how it is written.',
        value: values.SIGNATURE_PLACE,
      },
      TimestampPlace: {
        doc: 'Where the time sits (exactly one of header, query, member, field and item), and how it is written.',
        value: values.TIMESTAMP_PLACE,
      },
      Tolerance: { doc: 'How old, and how far ahead, a request may be.', value: values.TOLERANCE },
      KeySetAddress: { doc: 'Where public keys are, and how they are fetched.', value: tokens.KEY_SET },
    },
  });
}

function settle(target: string, text: string): void {
  if (!check) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${relative(packages, target)} is not current. Run: node scripts/generate-registry.ts`);
    process.exitCode = 1;
  }
}
