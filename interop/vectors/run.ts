/** Runs files of vectors on one crypto backend: a process of its own for each, for a process has one. */
import { printReports } from './report.ts';
import { runStructuredFields } from './structured-fields.ts';
import { runWycheproof } from './wycheproof.ts';

const [project = '', folder = '', backend = ''] = process.argv.slice(2);
const run = project === 'wycheproof' ? runWycheproof : runStructuredFields;
const reports = await run(folder);
if (reports === undefined) {
  console.error(`interop: ${folder} holds no files of ${project} that are known here.`);
  process.exitCode = 2;
} else if (printReports(`${project}, on ${backend}`, reports) > 0) process.exitCode = 1;
