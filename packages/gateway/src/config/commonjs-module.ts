/** Why a module does not load although it is well written: package.json calls it CommonJS, as `npm init -y` does. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface CommonJsProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** What the runtime says where it meets ES module syntax in what it takes for CommonJS. */
const ES_SYNTAX =
  /import statement outside a module|Unexpected token 'export'|import\.meta|await is only valid/;

/** Undefined where something else is the matter. @param file absolute */
export function commonJsProblem(file: string, error: unknown): CommonJsProblem | undefined {
  if (!(error instanceof SyntaxError) || !ES_SYNTAX.test(error.message)) return undefined;
  const [, name = '', kind = ''] = /^(.*)\.([jt]s)$/.exec(basename(file)) ?? [];
  if (kind === '' || packageType(dirname(file)) !== 'commonjs') return undefined;
  return {
    problem: `${basename(file)} is written as an ES module, and package.json says "type": "commonjs"`,
    remedy: `Name it ${name}.m${kind}, or run npm pkg set type=module.`,
  };
}

/** Of the nearest package.json. */
function packageType(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: unknown }).type;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? undefined : packageType(parent);
  }
}
