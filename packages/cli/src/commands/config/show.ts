// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** `countersign config show`. */
import { providerIds } from '@countersign/core';
import { ConfigError, type ConfigLook, lookAtConfig } from '@countersign/gateway';
import { CONFIG_FILE } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import { describeFailure } from '../../failure.ts';
import { table } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const showConfig: SubCommand = {
  name: 'show',
  usage: '[--config FILE] [--defaults] [--json]',
  details:
    'show prints each value of the configuration with its path; of a file that has problems, it lists these as well. A secret is shown as [secret], or as where it comes from, such as ${env:NAME}.',
  options: {
    config: CONFIG_FILE,
    defaults: { description: 'also values that are not in the file, with their defaults' },
    json: { description: 'the configuration, defaults filled in, and its problems as one JSON object' },
  },
  takes: [],
  examples: [{ note: 'what is in effect, defaults included', command: 'countersign config show --defaults' }],
  async run({ args, io, output }) {
    const { cwd, env } = io;
    const path = args.text('config');
    const look = await lookAtConfig({
      cwd,
      env,
      knownProviders: providerIds,
      ...(path !== undefined && { path }),
    });
    const { file, shown, problems } = look;
    const isRight = problems.length === 0;
    if (args.flag('json')) output.json({ ok: isRight, file, config: shown?.tree ?? null, problems });
    else {
      output.print(output.style.bold(file));
      const rows = rowsOf(look, args.flag('defaults'));
      if (rows.length > 0) output.print(table(rows));
      if (!isRight) {
        const { problem, remedy } = describeFailure(new ConfigError(problems, file));
        output.fail(problem, remedy);
      }
    }
    return isRight ? EXIT.ok : EXIT.usage;
  },
};

function rowsOf({ shown }: ConfigLook, withDefaults: boolean): readonly (readonly string[])[] {
  const values = shown?.values ?? [];
  return values
    .filter(({ isDefault }) => withDefaults || !isDefault)
    .map(({ path, shown: value, isDefault }) => [
      visibleText(path),
      visibleText(String(value)),
      ...(isDefault ? ['(default)'] : []),
    ]);
}
