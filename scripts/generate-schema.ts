/**
 * Prevents an editor or a page from calling a good configuration wrong: writes `docs/countersign.schema.json`, the tables of
 * `docs/configuration.md` and the comments of `config-input.ts`, `admin-input.ts`, `delivery-input.ts`, `key-input.ts`, `keys-from-input.ts`, `limits-input.ts`, `listen-input.ts`, `outcome-input.ts` and `secrets-input.ts` from the gateway's own schema; with `--check` only compares.
 * `packages/gateway/test/config/options.test.ts` fails while one is not current.
 *
 * Run with `node scripts/generate-schema.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../packages/gateway/src/config/schema.ts';
import { withOptionComments, withOptionTables } from './config-docs.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-schema.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const FILES: Readonly<Record<string, (now: string) => string>> = {
  'docs/countersign.schema.json': () => `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
  'docs/configuration.md': withOptionTables,
  'packages/gateway/src/config/config-input.ts': withOptionComments,
  'packages/gateway/src/config/admin-input.ts': withOptionComments,
  'packages/gateway/src/config/delivery-input.ts': withOptionComments,
  'packages/gateway/src/config/key-input.ts': withOptionComments,
  'packages/gateway/src/config/keys-from-input.ts': withOptionComments,
  'packages/gateway/src/config/limits-input.ts': withOptionComments,
  'packages/gateway/src/config/listen-input.ts': withOptionComments,
  'packages/gateway/src/config/outcome-input.ts': withOptionComments,
  'packages/gateway/src/config/secrets/secrets-input.ts': withOptionComments,
};

for (const [name, write] of Object.entries(FILES)) {
  const file = new URL(`../${name}`, import.meta.url);
  const now = readFileSync(file, 'utf8');
  const nextText = write(now);
  if (!values.check) writeFileSync(file, nextText);
  else if (
    name.endsWith('.json')
      ? JSON.stringify(JSON.parse(now)) !== JSON.stringify(JSON.parse(nextText))
      : now !== nextText
  ) {
    console.error(`${name} is not current. Run: node scripts/generate-schema.ts`);
    process.exitCode = 1;
  }
}
