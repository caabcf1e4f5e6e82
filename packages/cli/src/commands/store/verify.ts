/** `countersign store verify`. */
import { counted } from '@countersign/core/amounts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { SYMBOLS } from '../../output.ts';
import { STORE_OPTIONS, withStore } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const verifyStore: SubCommand = {
  name: 'verify',
  usage: '[--store ADDRESS | --config FILE]',
  details: 'verify looks whether all is whole that the store holds. Exit code 1: it is not.',
  options: { ...STORE_OPTIONS, ...JSON_OPTION },
  takes: [],
  examples: [],
  async run(call) {
    const { args, output } = call;
    const report = await withStore(call, ({ call: ask }) => ask('verifyStore', {}));
    const { events, findings } = report;
    if (args.flag('json')) output.json(report);
    else if (findings.length === 0)
      output.print(`${output.style.green(SYMBOLS.accepted)} ${counted(events, 'event')}, all whole.`);
    else
      for (const { code, problem } of findings)
        output.print(`${output.style.red(SYMBOLS.refused)} ${visibleText(code)}: ${visibleText(problem)}`);
    return findings.length === 0 ? EXIT.ok : EXIT.refused;
  },
};
