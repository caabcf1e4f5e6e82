/** `countersign store rotate-key`. */
import { counted } from '@countersign/core/internal/amounts';
import {
  type Config,
  isStoreHeld,
  type RotatedStoreKey,
  rotateStoreKey,
  shownStore,
} from '@countersign/gateway';
import { CONFIG_FILE } from '../../command.ts';
import { loadConfiguration, withPlaces } from '../../config-gate.ts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import type { Output } from '../../output.ts';
import { createProgress } from '../../progress.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

export const rotateStoreKeyCommand: SubCommand = {
  name: 'rotate-key',
  usage: '[--config FILE] [--reseal] [--key-lost] [--json]',
  details:
    'rotate-key puts the keys of a store that no gateway has open under the configuration’s storeKey; previousStoreKey is the old one. Starting the gateway does the same. --reseal also makes a new data key and encrypts everything again: for a key that somebody else may know. It can be interrupted at any moment, and run again. --key-lost gives up what is encrypted under a key that is lost. Exit code 1: something is still under the old data key, which stays for it: keys of gates that the configuration does not have, or values that cannot be decrypted.',
  options: {
    config: CONFIG_FILE,
    reseal: { description: 'make a new data key, and encrypt everything in the store again' },
    'key-lost': { description: 'give up what is encrypted under a storeKey that is lost' },
    ...JSON_OPTION,
  },
  takes: [],
  examples: [
    {
      note: 'after a storeKey that somebody else may know: a new one, and all that is kept encrypted again',
      command: 'countersign store rotate-key --reseal',
    },
  ],
  async run({ args, io, output }) {
    const loaded = await loadConfiguration(args.text('config'), io, { withoutKeys: true });
    const progress = createProgress(io);
    try {
      const rotated = await withPlaces(loaded, () =>
        rotateUnheld(loaded.config, {
          isReseal: args.flag('reseal'),
          isKeyLost: args.flag('key-lost'),
          onProgress: (rows) => progress.show(`${counted(rows, 'row')} read`),
          now: io.now,
        }),
      );
      progress.clear();
      if (args.flag('json')) output.json(rotated);
      else printRotated(rotated, output);
      const { resealed } = rotated;
      return resealed === undefined || resealed.ofOtherGates + resealed.unopened === 0
        ? EXIT.ok
        : EXIT.refused;
    } finally {
      progress.clear();
    }
  },
};

/** @throws UsageError where a gateway holds the file */
async function rotateUnheld(
  config: Config,
  options: Parameters<typeof rotateStoreKey>[1],
): Promise<RotatedStoreKey> {
  try {
    return await rotateStoreKey(config, options);
  } catch (error) {
    if (!isStoreHeld(error)) throw error;
    throw new UsageError(
      `a running gateway has ${shownStore(config.store)} open`,
      'Stop it first. Without --reseal, it is enough to restart it with storeKey and previousStoreKey.',
    );
  }
}

function printRotated({ keyId, rotatedFrom, resealed }: RotatedStoreKey, output: Output): void {
  const id = visibleText(keyId);
  output.print(
    rotatedFrom === undefined
      ? `The store is under the storeKey with the id ${id}.`
      : `The store is under the storeKey with the id ${id} now; before it was ${visibleText(rotatedFrom)}. previousStoreKey can be removed.`,
  );
  if (resealed === undefined) return;
  output.print(`${counted(resealed.rows, 'row')} encrypted again under a new data key.`);
  if (resealed.ofOtherGates > 0)
    output.fail(
      `${counted(resealed.ofOtherGates, 'key')} of gates that the configuration does not have could not be encrypted again`,
      'The old data key stays for them. Run it with a configuration that has these gates.',
    );
  if (resealed.unopened > 0)
    output.fail(
      `${counted(resealed.unopened, 'value')} could not be decrypted, and so not be encrypted again`,
      'The old data key stays for what is left. Look for damage with: countersign store verify. Put back the store from a backup, or run this again when what is damaged has expired.',
    );
}
