/** `countersign claims release`: a request that was used up may come once more. */
import { AdminError, createAdminClient } from '@countersign/api';
import type { Config } from '@countersign/gateway';
import {
  type AdminPlace,
  adminFailure,
  adminToken,
  adminUrl,
  configurationBeside,
  isNobodyThere,
  readPlace,
} from '../admin-access.ts';
import { ADMIN_LISTENER, TOKEN_VARIABLE } from '../admin-option.ts';
import { type Call, CONFIG_FILE, type Command } from '../command.ts';
import { namedGate, withPlaces } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { didYouMean } from '../near-miss.ts';
import { openStoreFile } from '../store-file.ts';
import { UsageError } from '../usage-error.ts';

const CLAIM = /^[0-9a-f]{32}$/i;

export const claims: Command = {
  name: 'claims',
  summary: 'releases a claim of the replay protection, so that an accepted request can run again',
  usage: ['claims release GATE CLAIM [--config FILE] [--admin URL]'],
  details: [
    'CLAIM is the claimId (32 hex characters) in the request’s log line, or of a kept event in the admin API. If the same request is sent again, it runs again; what it did the first time is not undone. The claim of a request that is being processed is not released. Where gateways share claims, any of them releases it; but one with replay.whenUnavailable: accept that took the request itself goes on refusing it until the claim is released there too: ask that one, with --admin.',
    `The command asks the running gateway, at listen.admin, with admin.token or $${TOKEN_VARIABLE}. If none runs, it opens the store itself. With --admin and $${TOKEN_VARIABLE} it needs no configuration. Exit code 0: released. 1: there is no such claim. 2: neither the gateway nor the store could be reached.`,
  ],
  options: {
    config: CONFIG_FILE,
    admin: ADMIN_LISTENER,
    json: { description: 'the result as one JSON object' },
  },
  examples: [
    {
      note: 'let a webhook from GitHub run again',
      command: 'countersign claims release github 0f343b0931126a20f133d67c2b018a3b',
    },
  ],
  maxArguments: 3,
  run,
};

interface Named {
  readonly gate: string;
  readonly claimId: string;
}

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const [word, gate, claimId] = args.positionals;
  if (word !== undefined && word !== 'release') {
    const remedy = `${didYouMean(word, ['release'])}Write: countersign claims release GATE CLAIM`;
    throw new UsageError(`claims has no subcommand ${JSON.stringify(word)}`, remedy);
  }
  if (gate === undefined) {
    throw new UsageError('no claim to release is given', 'Write: countersign claims release GATE CLAIM');
  }
  if (claimId === undefined || !CLAIM.test(claimId)) {
    throw new UsageError(
      claimId === undefined ? 'no claim is given' : 'that is not a claim',
      'It is 32 hex characters: the claimId in the log’s line of the request.',
    );
  }
  const place = readPlace(args, io);
  const loaded = await configurationBeside(place, args.text('config'), io);
  if (loaded !== undefined) namedGate(loaded.config, gate);
  const named = { gate, claimId: claimId.toLowerCase() };
  const released =
    loaded === undefined
      ? await release(undefined, named, place, io)
      : await withPlaces(loaded, () => release(loaded.config, named, place, io));
  if (args.flag('json')) output.json({ released, ...named });
  else if (released) output.say(`Released: if the same request is sent again, it runs again at ${gate}.`);
  else
    output.say(
      `${gate} has no such claim: it has expired, was never committed, or its request is still being processed.`,
    );
  return released ? EXIT.ok : EXIT.refused;
}

/** Asks the gateway that runs; opens the file where none does. */
async function release(
  config: Config | undefined,
  named: Named,
  place: AdminPlace,
  io: Io,
): Promise<boolean> {
  const url = place.url ?? adminUrl(config?.listen);
  if (url !== undefined) {
    const client = createAdminClient({ baseUrl: url, token: adminToken(config, place), fetch: io.fetch });
    try {
      const { released } = await client.call('releaseClaim', { gate: named.gate, claim: named.claimId });
      return released;
    } catch (error) {
      if (error instanceof AdminError && error.code === 'no-such-claim') return false;
      // No answer, though somebody may be there: the file is the gateway’s then.
      if (!isNobodyThere(error)) throw adminFailure(url, error);
    }
  }
  return releaseInFile(config, named, url, io);
}

async function releaseInFile(
  config: Config | undefined,
  { gate, claimId }: Named,
  url: string | undefined,
  io: Io,
): Promise<boolean> {
  const nobody =
    url === undefined ? 'the configuration names no admin listener' : `no gateway answers at ${url}`;
  if (config === undefined)
    throw new UsageError(nobody, 'Start the gateway, or give its address: --admin URL.');
  const { openAdminOfFile } = await import('@countersign/gateway');
  const file = await openStoreFile(config.store, nobody, () => openAdminOfFile(config, io.now));
  try {
    return await file.releaseClaim(gate, claimId);
  } finally {
    await file.close();
  }
}
