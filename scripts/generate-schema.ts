/**
 * Prevents an editor from calling a good configuration wrong: writes `docs/countersign.schema.json` from the
 * gateway's own schema. `packages/gateway/test/config/json-schema.test.ts` fails while the file is not current.
 *
 * Run with `node scripts/generate-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../packages/gateway/src/config/schema.ts';

const file = new URL('../docs/countersign.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
