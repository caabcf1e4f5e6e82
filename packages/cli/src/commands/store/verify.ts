/** `countersign store verify`. */
import { counted } from '@countersign/core/internal/amounts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { SYMBOLS } from '../../output.ts';
import { STORE_OPTIONS, withStoreInquiry } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const verifyStore: SubCommand = {
  name: 'verify',
  usage: '[--store ADDRESS] [--config FILE]',
  details:
    'verify checks that the store is intact, that totals and deliveries fit the events, that each body can be read and has its original length, and that the configuration’s storeKey opens what is encrypted. If no gateway runs, it writes nothing, so a backup stays unchanged. It does not notice bytes of a body that were changed in place: compare a backup with the SHA-256 that `store backup` printed. With --store, --config names the configuration that has the storeKey. Exit code 1: something is damaged, or the storeKey is another one.',
  options: { ...STORE_OPTIONS, ...JSON_OPTION },
  takes: [],
  examples: [],
  async run(call) {
    const { args, output } = call;
    const { report, isKeyUncompared } = await withStoreInquiry(call, (inquiry) => inquiry.verify());
    const { events, findings } = report;
    if (args.flag('json')) output.json(report);
    else if (findings.length === 0)
      output.print(
        `${output.style.green(SYMBOLS.accepted)} ${counted(events, 'event')}: the store is intact, and each body can be read.`,
      );
    else
      for (const { code, problem } of findings)
        output.print(`${output.style.red(SYMBOLS.refused)} ${visibleText(code)}: ${visibleText(problem)}`);
    if (isKeyUncompared && !args.flag('json'))
      output.say(
        output.errorStyle.dim(
          'Whether your storeKey opens what is encrypted in the store was not checked: name the configuration that has it with --config FILE.',
        ),
      );
    return findings.length === 0 ? EXIT.ok : EXIT.refused;
  },
};
