/** `countersign keys activate`, `make-next`, `retire`, `revoke` and `remove`. */
import type { GateKeysView, KeyChange } from '@countersign/api';
import type { OptionSpecs } from '../../arguments.ts';
import type { Call } from '../../command.ts';
import { GATEWAY_OPTIONS, readComingTime } from '../../day-options.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { canAsk, confirm } from '../../flowent/confirm.ts';
import { checkedKeyId, ONE_GATE, readGate, showKeys } from '../../keys/key-text.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';
import { withRunningGateway } from '../../with-running-gateway.ts';

/** These end at once whatever is signed with the key. */
const ENDING: readonly KeyChange[] = ['revoke', 'remove'];

/** These have a key prove requests from when it begins. */
const BEGINNING: readonly KeyChange[] = ['activate', 'make-next'];

const FROM: OptionSpecs = {
  from: {
    value: 'TIME',
    description: 'when the key begins: 2026-11-27T09:00:00Z, or how long from now, e.g. 0s for at once',
  },
};

const UNTIL: OptionSpecs = {
  until: {
    value: 'TIME',
    description: 'when the key ends: 2026-11-27T09:00:00Z, or how long from now, e.g. 14d',
  },
};

export const activateKey: SubCommand = changing(
  'activate',
  'activate lets a key prove requests, and the gateway signs with it.',
  [],
);

export const makeKeyNext: SubCommand = changing(
  'make-next',
  'make-next lets a key prove requests, but the gateway does not sign with it.',
  [],
);

export const retireKey: SubCommand = changing(
  'retire',
  'retire lets an old key prove requests, until --until TIME if that is given, but the gateway does not sign with it.',
  [
    {
      note: 'the old one ends in two weeks',
      command: 'countersign keys retire old --gate stripe --until 14d',
    },
  ],
);

export const revokeKey: SubCommand = changing(
  'revoke',
  'revoke ends a key at once: what is signed with it is refused. It asks first if its sender may still use it.',
  [{ note: 'it has leaked', command: 'countersign keys revoke old --gate stripe --yes' }],
);

export const removeKey: SubCommand = changing(
  'remove',
  'remove deletes a key that was added while the gateway ran. To remove a key of the configuration, delete it from the file.',
  [],
);

function changing(change: KeyChange, details: string, examples: SubCommand['examples']): SubCommand {
  const isEnding = ENDING.includes(change);
  const isBeginning = BEGINNING.includes(change);
  return {
    name: change,
    usage: `ID --gate NAME${isBeginning ? ' [--from TIME]' : ''}${isEnding ? '' : ' [--until TIME]'} [--force]${isEnding ? ' [--yes]' : ''}`,
    details,
    options: {
      ...ONE_GATE,
      ...(isBeginning && FROM),
      ...(!isEnding && UNTIL),
      force: {
        description: 'also if no key is left that proves requests, or if a revoked key comes back',
      },
      ...(isEnding && { yes: { short: 'y', description: 'do not ask for confirmation' } }),
      ...GATEWAY_OPTIONS,
      json: { description: 'the keys as one JSON object' },
    },
    takes: ['ID'],
    examples,
    run: (call, [word = '']) => changeKey(call, word, change),
  };
}

async function changeKey(call: Call, word: string, change: KeyChange): Promise<ExitCode> {
  const { args, io, output } = call;
  const gate = readGate(call);
  const id = checkedKeyId(word);
  const from = BEGINNING.includes(change) ? readComingTime(args, 'from', io.now()) : undefined;
  const until = ENDING.includes(change) ? undefined : readComingTime(args, 'until', io.now());
  const force = args.flag('force');
  const view = await withRunningGateway(call, async (client) => {
    // What is agreed to is what is changed: not keys that somebody else has changed meanwhile.
    const { reply, etag } = await client.read('gateKeys', { gate });
    if (ENDING.includes(change) && !(await isAgreed(call, reply, id))) return undefined;
    return client.call('changeKey', { gate, key: id, change, from, until, force }, { ifMatch: etag });
  });
  if (view === undefined) return EXIT.refused;
  if (args.flag('json')) output.json(view);
  else showKeys(call, view);
  return EXIT.ok;
}

/** @throws UsageError where nobody can be asked. */
async function isAgreed({ args, io }: Call, { keys }: GateKeysView, id: string): Promise<boolean> {
  const safety = keys.find((key) => key.id === id)?.safeToRetire;
  if (safety === undefined || safety.isSafe || args.flag('yes') || args.flag('force')) return true;
  const sentence = visibleText(safety.sentence);
  if (canAsk(io)) return confirm(`${sentence} Continue?`, io);
  throw new UsageError(`the key may be in use: ${sentence}`, 'Add --yes to end it all the same.');
}
