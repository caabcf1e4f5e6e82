/** `countersign store backup`. */
import { resolve } from 'node:path';
import { counted } from '@countersign/core/internal/amounts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { STORE_OPTIONS, withStore } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const backupStore: SubCommand = {
  name: 'backup',
  usage: 'FILE [--store ADDRESS | --config FILE]',
  details:
    'backup copies the store as it is into a new file while the gateway goes on answering; the gateway writes the file, on its own machine. To restore, stop the gateway, put the copy in place of the store’s file, and delete the -wal file next to it.',
  options: { ...STORE_OPTIONS, ...JSON_OPTION },
  takes: ['FILE'],
  examples: [{ note: 'the store of the gateway that runs', command: 'countersign store backup backup.db' }],
  async run(call, [path = '']) {
    const file = resolve(call.io.cwd, path);
    const copy = await withStore(call, ({ call: ask }) => ask('backupStore', { file }));
    if (call.args.flag('json')) call.output.json(copy);
    else
      call.output.print(
        `${visibleText(copy.file)}: ${counted(copy.bytes, 'byte')}, SHA-256 ${visibleText(copy.sha256)}`,
      );
    return EXIT.ok;
  },
};
