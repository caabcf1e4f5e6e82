/** A process of the search: opens it as its parent says, and runs the jobs that it is told, one at a time. */
import { openSearch, runJob, type SearchOptions } from './engine/search.ts';
import { vectorSubjects } from './engine/vector-subjects.ts';

export interface Done {
  readonly job: number;
  readonly rows: readonly import('./engine/tally.ts').Row[];
  readonly findings: readonly import('./engine/tally.ts').Finding[];
}

const options: SearchOptions = JSON.parse(process.argv[2] ?? '{}');
const search = await openSearch(vectorSubjects(), options);

process.on('message', (job: number) => {
  const next = search.jobs[job];
  if (next)
    void runJob(search, next).then(({ rows, findings }) =>
      process.send?.({ job, rows: [...rows.values()], findings } satisfies Done),
    );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
