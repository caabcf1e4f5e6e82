/** `countersign config`: the configuration as it is in effect, and the running gateway that reads it again. */
import type { CommandGroup } from '../command.ts';
import { commandOf } from '../sub-commands.ts';
import { diffConfig } from './config/diff.ts';
import { reloadConfig } from './config/reload.ts';
import { showConfig } from './config/show.ts';

export const config: CommandGroup = commandOf(
  {
    name: 'config',
    summary:
      'shows the effective configuration without secrets, and what a reload would change; reloads it in the running gateway',
    details: [
      'To validate a file without a running gateway: `countersign check`, which also prints what each gate proves. Exit code 0: done, and nothing is wrong. 1: the running gateway needs a restart for what differs; of diff: something differs. 2: the configuration has problems, or wrong usage or set-up.',
    ],
  },
  [showConfig, diffConfig, reloadConfig],
);
