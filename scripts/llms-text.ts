/** The text of `llms.txt`, in the form of llmstxt.org: what the project is, and each page with its first sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docGroups } from './doc-groups.ts';
import { type DocPage, docPage } from './doc-page.ts';
import { providerLines } from './provider-pages/named-providers.ts';

/** What the project's people need, and its users do not. */
const OPTIONAL: readonly string[] = ['Packages', 'The project'];

export function llmsText(root: string): string {
  const { title, summary } = docPage('README.md', readFileSync(join(root, 'README.md'), 'utf8'));
  const groups = docGroups(root);
  const sections = groups
    .filter((group) => !OPTIONAL.includes(group.title))
    .map((group) => `## ${group.title}\n\n${group.pages.map(line).join('\n')}\n`);
  const optional = groups.filter((group) => OPTIONAL.includes(group.title)).flatMap((group) => group.pages);
  return `# ${title}

> ${summary}

The package \`@countersign/core\` is the library, with an entry for each web framework; \`countersign\` is the gateway and the command line. Code that uses them is written by the rules of [AGENTS.md](AGENTS.md). Every failure has a page of its own, under the literal error text: search [their index](docs/failures/README.md).

${sections.join('\n')}
## Providers

Each page: what is proved, what is open, set-up at the sender, code for each framework, key rotation, what to do when a request is refused.

${providerLines().join('\n')}

## Optional

${optional.map(line).join('\n')}
`;
}

function line({ path, title, summary }: DocPage): string {
  return `- [${title.replace(/[[\]]/g, '\\$&')}](${path})${summary === '' ? '' : `: ${summary}`}`;
}
