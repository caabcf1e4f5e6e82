/** Programs that behave as a contract test wants, and where they write what they got. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceiverBehaviour } from '../../src/testing/index.ts';

export interface CommandReceiver {
  readonly command: readonly string[];
  readonly directory: string;
  readonly bodies: () => readonly Uint8Array[];
  readonly close: () => void;
}

/** A file is there once it is whole. */
const TAKE = 'f="$PWD/$COUNTERSIGN_EVENT_ID-$COUNTERSIGN_ATTEMPT"; cat > "$f.part" && mv "$f.part" "$f.body"';

const SCRIPTS: Readonly<Record<ReceiverBehaviour, string>> = {
  takes: TAKE,
  refuses: 'cat > /dev/null; echo no; exit 3',
  hangs: 'cat > /dev/null; exec sleep 1000',
  slow: 'for i in 1 2 3 4 5; do printf x; done',
  garbage: "printf '\\377\\000\\376' >&2; exit 1",
  leaves: 'kill -KILL $$',
  hasty: 'exec 0<&-; echo done',
  away: '',
  chatty: 'cat > /dev/null; head -c 1048576 /dev/zero; head -c 1048576 /dev/zero >&2',
};

export function commandReceiver(behaviour: ReceiverBehaviour): CommandReceiver {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-command-'));
  const command = behaviour === 'away' ? [join(directory, 'nothing')] : ['sh', '-c', SCRIPTS[behaviour]];
  return {
    command,
    directory,
    bodies: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith('.body'))
        .map((name) => readFileSync(join(directory, name))),
    close: () => rmSync(directory, { recursive: true }),
  };
}
