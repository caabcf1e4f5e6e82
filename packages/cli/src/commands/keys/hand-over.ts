/** `countersign keys open` and `reveal`: for a key that a gate's platform hands over. */

import { GATEWAY_OPTIONS } from '../../day-options.ts';
import { timeText } from '../../events/event-rows.ts';
import { EXIT } from '../../exit-codes.ts';
import { ONE_GATE, readGate } from '../../keys/key-text.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

export const openGateForKey: SubCommand = {
  name: 'open',
  usage: '--gate NAME [--minutes N]',
  details:
    'open has the gate take the next key that its platform hands over in its test of the address (Asana, Notion), and no other after it. Whoever knows the address can send one, so open the gate when the platform is about to. The key is stored encrypted, so the configuration needs a storeKey.',
  options: {
    ...ONE_GATE,
    minutes: { value: 'N', description: 'for so long, 60 at most; 0 closes the gate again; default: 10' },
    ...GATEWAY_OPTIONS,
    json: { description: 'the result as one JSON object' },
  },
  takes: [],
  examples: [
    { note: 'before a webhook is registered at Asana', command: 'countersign keys open --gate asana' },
  ],
  async run(call) {
    const { args, output } = call;
    const gate = readGate(call);
    const minutes = readMinutes(args.text('minutes'));
    const view = await withRunningGateway(call, (client) =>
      client.call('openKeyDelivery', { gate, minutes }),
    );
    if (args.flag('json')) output.json(view);
    else if (view.openUntil === undefined)
      output.say(`${visibleText(gate)} takes no key that is handed over.`);
    else
      output.say(
        `${visibleText(gate)} takes the next key that is handed over before ${timeText(view.openUntil)}. countersign keys list --gate ${visibleText(gate)} shows it then.`,
      );
    return EXIT.ok;
  },
};

export const revealHandedKey: SubCommand = {
  name: 'reveal',
  usage: '--gate NAME',
  details:
    'reveal prints the key that was handed over while the gate was open last, once, and within the time for which it was opened: Notion wants it entered again.',
  options: {
    ...ONE_GATE,
    ...GATEWAY_OPTIONS,
    json: { description: 'the key as one JSON object' },
  },
  takes: [],
  examples: [],
  async run(call) {
    const { args, output } = call;
    const gate = readGate(call);
    const view = await withRunningGateway(call, (client) => client.call('revealHandedKey', { gate }));
    if (args.flag('json')) {
      output.json(view);
      return EXIT.ok;
    }
    output.say(
      `${visibleText(view.keyId)} was handed over to ${visibleText(gate)}. It is shown only this once:`,
    );
    output.print(visibleText(view.secret));
    return EXIT.ok;
  },
};

function readMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const minutes = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (minutes <= 60) return minutes;
  throw new UsageError(
    '--minutes is not a time for which a gate is opened',
    'Give a whole number from 0 to 60.',
  );
}
