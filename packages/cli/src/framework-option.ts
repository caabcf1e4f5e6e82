/** The framework that `--for` names. */
import { FRAMEWORKS, type Framework } from '@countersign/core/explain';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

/** What people call them too; and those whose code is the same. */
const OTHER_NAMES: Readonly<Record<string, Framework>> = {
  expressjs: 'express',
  nextjs: 'next',
  nestjs: 'nest',
  awslambda: 'lambda',
  springboot: 'spring',
  rubyonrails: 'rails',
  ruby: 'rails',
  laravel: 'php',
  symfony: 'php',
  golang: 'go',
};

/** In whatever case. @throws UsageError for a name that is none of them */
export function frameworkOf(name: string | undefined): Framework | undefined {
  if (name === undefined) return undefined;
  const word = name.toLowerCase().replace(/[ ._-]/g, '');
  const framework = FRAMEWORKS.find(
    (own) => own === (Object.hasOwn(OTHER_NAMES, word) ? OTHER_NAMES[word] : word),
  );
  if (framework !== undefined) return framework;
  throw new UsageError(
    `--for ${name} is not a framework that has examples`,
    `${didYouMean(word, FRAMEWORKS)}One of ${FRAMEWORKS.join(', ')}.`,
  );
}
