/** Whose a SQLite file is: this build's, or somebody else's. */
import { APPLICATION_ID, MIGRATIONS } from './sqlite-migrations.ts';

export interface StoreProblem {
  readonly problem: string;
  readonly remedy: string;
}

export const NAME_ANOTHER_FILE = 'Name a file of Countersign’s own, or one that does not exist yet.';
export const NAME_WRITABLE_FILE =
  'Name a file in a directory that exists and that this process may write to.';

/** What a SQLite file says of itself. */
export interface FileHeader {
  readonly applicationId: number;
  /** Of the schema. */
  readonly version: number;
  /** Whether nothing was made in it yet. */
  readonly isNew: boolean;
}

/** Why a file cannot be this build's store; undefined where it can. */
export function foreignFileProblem(
  path: string,
  { applicationId, version, isNew }: FileHeader,
): StoreProblem | undefined {
  if (applicationId !== APPLICATION_ID && !(applicationId === 0 && isNew)) {
    return { problem: `${path} is another program’s SQLite file`, remedy: NAME_ANOTHER_FILE };
  }
  if (version <= MIGRATIONS.length) return undefined;
  return {
    problem: `${path} has schema version ${version}, and this build knows versions up to ${MIGRATIONS.length}`,
    remedy: 'Start the newer Countersign that wrote it, or name another file. Nothing was changed.',
  };
}
