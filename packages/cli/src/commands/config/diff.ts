/** `countersign config diff`. */
import { type ConfigReportView, MAX_CONFIG_TEXT_CHARS } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { GATEWAY_OPTIONS } from '../../day-options.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { readInput } from '../../input-file.ts';
import type { Io } from '../../io.ts';
import type { Output } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';
import { printChanges, printFindings, restartPaths } from './report.ts';

export const diffConfig: SubCommand = {
  name: 'diff',
  usage: '[FILE] [--config FILE | --admin URL] [--json]',
  details:
    'diff prints what a reload would change in the running gateway, and changes nothing. It compares the gateway’s own file as it is now, or FILE (- is standard input), whose variables and files are looked up on the gateway’s machine. Secrets are hidden: a line without values says that one differs.',
  options: { ...GATEWAY_OPTIONS, json: { description: 'the gateway’s report as one JSON object' } },
  takes: ['[FILE]'],
  examples: [
    { note: 'before a reload', command: 'countersign config diff' },
    {
      note: 'a file that is not deployed yet',
      command: 'countersign config diff next.yaml --admin http://127.0.0.1:8788',
    },
  ],
  async run({ args, io, output }, [file]) {
    const text = file === undefined ? undefined : await readText(file, io);
    const report = await withRunningGateway({ args, io }, (client) =>
      client.call('validateConfig', text === undefined ? {} : { text }),
    );
    if (args.flag('json')) output.json(report);
    else printReport(report, output);
    return codeOf(report);
  },
};

/** @throws UsageError where it cannot be sent */
async function readText(file: string, io: Pick<Io, 'cwd' | 'stdin'>): Promise<string> {
  const text = Buffer.from(await readInput(file, io)).toString('utf8');
  if (text === '')
    throw new UsageError(
      `${file} has no configuration in it: it is empty`,
      'Give the file of a configuration.',
    );
  if (text.length <= MAX_CONFIG_TEXT_CHARS) return text;
  throw new UsageError(
    `${file} is longer than ${MAX_CONFIG_TEXT_CHARS.toLocaleString('en')} characters`,
    'Put it where the gateway reads its file, and leave FILE out.',
  );
}

/** As `diff` ends: 1 where something differs. */
function codeOf({ result }: ConfigReportView): ExitCode {
  if (result === 'broken') return EXIT.usage;
  return result === 'unchanged' ? EXIT.ok : EXIT.refused;
}

function printReport(report: ConfigReportView, output: Output): void {
  const { result, changes } = report;
  printChanges(changes, output);
  if (result === 'broken') printFindings(report, output);
  else if (result === 'unchanged') output.print('Nothing differs from the configuration in effect.');
  else if (result === 'restart')
    output.print(`A reload would apply nothing: ${restartPaths(report)} can only change with a restart.`);
  else output.print(`A reload would apply ${counted(changes.length, 'change')}.`);
}
