/** `countersign store migrate`. */
import { duration } from '@countersign/core/internal/amounts';
import { migrateStore as migrate } from '@countersign/gateway';
import { CONFIG_FILE } from '../../command.ts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { storeOf } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';

export const migrateStore: SubCommand = {
  name: 'migrate',
  usage: '[--store ADDRESS | --config FILE]',
  details:
    'migrate upgrades a file that no gateway has open to this version, as starting the gateway does. It copies a file of the first release once, so that from then on it shrinks as events are deleted. Make a backup first: an older version cannot open the file afterwards.',
  options: {
    store: { value: 'ADDRESS', description: 'default: the store of the configuration' },
    config: CONFIG_FILE,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [],
  async run(call) {
    const store = await storeOf(call);
    if (store.kind === 'memory')
      throw new UsageError('a store in memory has no file', 'Name one, e.g. --store sqlite:countersign.db.');
    const { schemaVersion, copiedMs } = await migrate(store);
    if (call.args.flag('json')) call.output.json({ schemaVersion, copied: copiedMs !== undefined });
    else
      call.output.print(
        `The store has schema ${schemaVersion}${copiedMs === undefined ? '.' : `; its file was copied once, which took ${duration(copiedMs)}.`}`,
      );
    return EXIT.ok;
  },
};
