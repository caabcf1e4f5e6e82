/** Searches some cells in this process, and prints what it finds as JSON. */
import { openSearch, runJob } from '../engine/search.ts';
import type { Finding } from '../engine/tally.ts';
import { vectorSubjects } from '../engine/vector-subjects.ts';

const [only = '', mutations = '1000'] = process.argv.slice(2);
const search = await openSearch(vectorSubjects(), { seed: 1, total: Number(mutations), only });
const findings: Finding[] = [];
for (const job of search.jobs) findings.push(...(await runJob(search, job)).findings);
console.log(JSON.stringify(findings));
