/** `countersign keys add`: its secret is typed or piped in, or made by the gateway. */
import { KEY_ENCODINGS, KEY_STATES } from '@countersign/api';
import type { Call } from '../../command.ts';
import { GATEWAY_OPTIONS, readComingTime } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { checkedKeyId, ONE_GATE, readGate, showKeys } from '../../keys/key-text.ts';
import { readWord } from '../../read-word.ts';
import { askInSecret, readPiped, type SecretRemedies } from '../../secret-input.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

const REMEDIES: SecretRemedies = {
  pipe: 'Pipe the secret in: countersign keys add ID --gate NAME < FILE',
  shorter: 'Give the key’s text and nothing else, at most 64 KB of it.',
};

export const addGateKey: SubCommand = {
  name: 'add',
  usage:
    'ID --gate NAME [--generate] [--encoding WORD] [--state STATE] [--from TIME] [--until TIME] [--for ACTION]',
  details:
    'add asks for the secret without showing it; from a pipe it reads everything except a final line break. With --generate the gateway makes a random one, which is printed once. The key is stored encrypted, so the configuration needs a storeKey.',
  options: {
    ...ONE_GATE,
    generate: { description: 'have the gateway make a random secret, and print it' },
    encoding: {
      value: 'WORD',
      description: `how the text becomes bytes: ${KEY_ENCODINGS.join(', ')}; default: the provider’s`,
    },
    state: { value: 'STATE', description: `${KEY_STATES.join(', ')}; default: next` },
    from: {
      value: 'TIME',
      description: 'the key is valid from then on: 2026-11-27T09:00:00Z, or how long from now, e.g. 2h',
    },
    until: { value: 'TIME', description: 'the key is valid until then' },
    for: { value: 'ACTION', description: 'the only action that its requests may ask for' },
    ...GATEWAY_OPTIONS,
    json: { description: 'the result as one JSON object, with the secret if it was generated' },
  },
  takes: ['ID'],
  examples: [
    {
      note: 'a key that the gateway makes, ready for the sender',
      command: 'countersign keys add 2027 --gate partner --generate',
    },
    {
      note: 'a key that the sender has given you',
      command: 'pass show stripe/signing-secret | countersign keys add 2027 --gate stripe',
    },
  ],
  async run(call, [word = '']) {
    const { args, io, output } = call;
    const gate = readGate(call);
    const id = checkedKeyId(word);
    const input = {
      gate,
      id,
      encoding: readWord(args.text('encoding'), KEY_ENCODINGS, 'there is no encoding'),
      state: readWord(args.text('state'), KEY_STATES, 'there is no state'),
      from: readComingTime(args, 'from', io.now()),
      until: readComingTime(args, 'until', io.now()),
      action: args.text('for'),
      ...(args.flag('generate') ? { generate: true } : { secret: await readSecret(call) }),
    };
    const view = await withRunningGateway(call, (client) => client.call('addKey', input));
    if (args.flag('json')) {
      output.json(view);
      return EXIT.ok;
    }
    if (view.secret === undefined) {
      showKeys(call, view.keys);
      return EXIT.ok;
    }
    output.say(`${visibleText(id)} is a key of ${visibleText(gate)}. Its secret is shown only this once:`);
    output.print(view.secret);
    for (const { sentence } of view.keys.warnings) output.warn(visibleText(sentence));
    return EXIT.ok;
  },
};

async function readSecret({ io }: Call): Promise<string> {
  const text =
    io.stdin.isTTY === true ? await askInSecret('Secret: ', io, REMEDIES) : await readPiped(io, REMEDIES);
  if (text !== '') return text;
  throw new UsageError('no secret was given', 'Type or pipe it in, or add --generate to have one made.');
}
