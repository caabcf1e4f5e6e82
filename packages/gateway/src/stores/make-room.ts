/** Where the disk is full, refused requests go before an event is refused. */
import { isDiskFull } from './disk-full.ts';
import { orUndefined } from './or-undefined.ts';

export interface RoomParts {
  /** Deletes what nobody was promised. @returns whether there was any */
  readonly removeRefused: () => boolean;
  /** Gives the room of the log back. */
  readonly emptyLog: () => void;
  /** Told when something was deleted. */
  readonly onRemoved: () => void;
}

/** Does `commit`; where it fails for want of room and some can be made, once more. @throws what `commit` does */
export function orWithRoom<Result>(commit: () => Result, parts: RoomParts): Result {
  try {
    return commit();
  } catch (error) {
    if (!isDiskFull(error) || !makeRoom(parts)) throw error;
    return commit();
  }
}

function makeRoom({ removeRefused, emptyLog, onRemoved }: RoomParts): boolean {
  // Where even that does not fit, the first failure counts.
  const isRemoved = orUndefined(removeRefused) === true;
  if (isRemoved) onRemoved();
  // A log that was copied whole begins anew: it has room where the file has.
  const isEmptied = orUndefined(() => {
    emptyLog();
    return true;
  });
  return isRemoved || isEmptied === true;
}
