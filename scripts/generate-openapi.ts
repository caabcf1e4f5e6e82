/**
 * Prevents: an OpenAPI document that no longer says what the admin API takes and answers.
 * Writes packages/api/openapi.json from the route table and the types of its answers, once a validator has found it good; with `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ROUTES } from '../packages/api/src/index.ts';
import type { JsonObject } from './openapi/json-value.ts';
import { openapiDocument } from './openapi/openapi-document.ts';
import { readReplySchemas } from './openapi/reply-schemas.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-openapi.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const folder = join(import.meta.dirname, '../packages/api');
const target = join(folder, 'openapi.json');
const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const document = openapiDocument(ROUTES, readReplySchemas(['ProblemView']), { version, license });
const { valid, errors } = await new Validator().validate(structuredClone<JsonObject>(document));
if (!valid) {
  console.error('what the route table says is no OpenAPI document:', JSON.stringify(errors, undefined, 2));
  process.exit(1);
}
const text = `${JSON.stringify(document, undefined, 1)}\n`;
if (!values.check) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('packages/api/openapi.json is not current. Run: node scripts/generate-openapi.ts');
  process.exit(1);
}
