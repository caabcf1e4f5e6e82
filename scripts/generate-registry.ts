/**
 * Prevents: a provider file that is in the folder but not in the registry, and an option that its type does not know.
 * Writes, from the folder packages/core/src/providers, all.generated.ts beside the files; and, from the options that
 * providers and schemes declare, packages/core/src/option-types.generated.ts. With `--check` only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionTypesText } from './option-types.ts';

const NOT_PROVIDERS = ['registry.ts', 'all.generated.ts'];
const source = join(import.meta.dirname, '../packages/core/src');
const isCheck = process.argv.includes('--check');

settle('providers/all.generated.ts', registryText());
settle('option-types.generated.ts', await typesText());

function registryText(): string {
  const files = readdirSync(join(source, 'providers'))
    .filter((file) => !NOT_PROVIDERS.includes(file))
    .sort();
  const names = files.map((file) =>
    file.slice(0, -'.ts'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
  return [
    '/** Generated from this folder by scripts/generate-registry.ts. */',
    "import type { Provider } from '../provider.ts';",
    ...files.map((file, i) => `import { ${names[i]} } from './${file}';`),
    '',
    `export const PROVIDERS: readonly Provider[] = [\n${names.map((name) => `  ${name},\n`).join('')}];`,
    '',
  ].join('\n');
}

/** Read only now: the registry may just have been written. */
async function typesText(): Promise<string> {
  const { PROVIDERS } = await import('../packages/core/src/providers/all.generated.ts');
  const { schemeTypes } = await import('../packages/core/src/schemes/scheme-rows.ts');
  const tokens = await import('../packages/core/src/schemes/jwt/option-rows.ts');
  const values = await import('../packages/core/src/schemes/template-rows.ts');
  return optionTypesText({
    providers: PROVIDERS.map(({ id, title, options }) => ({ name: id, title: `${title}.`, rows: options })),
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

function settle(name: string, text: string): void {
  const target = join(source, name);
  if (!isCheck) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${name} is not current. Run: node scripts/generate-registry.ts`);
    process.exitCode = 1;
  }
}
