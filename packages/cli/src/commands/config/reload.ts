/** `countersign config reload`. */
import type { ConfigReportView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { GATEWAY_OPTIONS } from '../../day-options.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { Output } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';
import { printChanges, printFindings, restartPaths } from './report.ts';

export const reloadConfig: SubCommand = {
  name: 'reload',
  usage: '[--config FILE | --admin URL] [--json]',
  details:
    'reload has the running gateway read its file again and apply it, whole or not at all, without losing a request; as SIGHUP does. It prints what has changed, or why nothing was applied.',
  options: { ...GATEWAY_OPTIONS, json: { description: 'the gateway’s report as one JSON object' } },
  takes: [],
  examples: [{ note: 'after editing the file', command: 'countersign config reload' }],
  async run({ args, io, output }) {
    const report = await withRunningGateway({ args, io }, (client) => client.call('reloadConfig'));
    if (args.flag('json')) output.json(report);
    else printReport(report, output);
    return CODES[report.result];
  },
};

const CODES: Readonly<Record<ConfigReportView['result'], ExitCode>> = {
  applied: EXIT.ok,
  unchanged: EXIT.ok,
  valid: EXIT.ok,
  restart: EXIT.refused,
  broken: EXIT.usage,
};

function printReport(report: ConfigReportView, output: Output): void {
  const { result, changes } = report;
  printChanges(changes, output);
  if (result === 'applied') output.print(`Applied: ${counted(changes.length, 'change')}.`);
  else if (result === 'unchanged') output.print('Nothing in the configuration has changed.');
  else if (result === 'restart')
    output.fail(
      `nothing was applied: a running gateway cannot change ${restartPaths(report)}`,
      'Restart the gateway, or undo that change and reload again.',
    );
  else printFindings(report, output);
}
