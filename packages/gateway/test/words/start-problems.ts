/** Why a configuration does not start, and what it is warned of. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';
import type { StartCase } from './start-cases.ts';

const GATE = {
  path: '/g',
  provider: 'github',
  keys: [{ secret: 'a-secret-of-more-than-16-bytes' }],
  keep: {},
};

/** Every sentence, with the folder’s path as `{folder}`. */
export async function startSentences(
  { config = {}, gate = {}, actions }: StartCase,
  folder: string,
): Promise<readonly string[]> {
  writeFileSync(join(folder, 'actions.mjs'), actions ?? '');
  const shown = (text: string): string => text.replaceAll(folder, '{folder}');
  const g = Object.fromEntries(
    Object.entries({ ...GATE, ...gate }).filter(([, value]) => value !== undefined),
  );
  try {
    const input = {
      store: 'memory:',
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      gates: { g },
      ...config,
    };
    const parsed = parseConfig(input as unknown as ConfigInput, { baseDir: folder, env: {} });
    const started = await dryStart(parsed.config);
    return [
      ...started.problems.map(({ message }) => shown(message)),
      ...parsed.warnings.map(({ path, sentence }) => `${path}: ${sentence}`),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem, value, expected, suggestion }) =>
      [`${path}: ${problem}`, value, expected, suggestion].filter((one) => one !== undefined).join(' | '),
    );
  }
}
