/** `countersign keys list`. */
import { GATEWAY_OPTIONS } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { ONE_GATE, readGate, showKeys } from '../../keys/key-text.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

export const listKeys: SubCommand = {
  name: 'list',
  usage: '--gate NAME',
  details:
    'list shows a gate’s keys in the order in which they are tried: how many requests each has proved, and whether it is safe to retire.',
  options: { ...ONE_GATE, ...GATEWAY_OPTIONS, json: { description: 'the result as one JSON object' } },
  takes: [],
  examples: [{ note: 'who still signs with the old key?', command: 'countersign keys list --gate stripe' }],
  async run(call) {
    const gate = readGate(call);
    const view = await withRunningGateway(call, (client) => client.call('gateKeys', { gate }));
    if (call.args.flag('json')) call.output.json(view);
    else showKeys(call, view);
    return EXIT.ok;
  },
};
