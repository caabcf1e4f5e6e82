import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDir } from '../../packages/gateway/test/harness.ts';
import { searchingTests } from '../searching-tests.ts';

it('lists the test files that read how long to search, themselves or by a helper of a helper', () => {
  const root = temporaryDir();
  const files = {
    'scripts/effort.ts': '',
    'packages/core/test/searches.test.ts': "import { runs } from '../../../scripts/effort.ts';",
    'packages/core/test/deep/of-a-helper.test.ts': "import { helper } from '../helper.ts';",
    'packages/core/test/helper.ts': "import { other } from './deep/other.ts';",
    'packages/core/test/deep/other.ts': "import { isLong } from '../../../../scripts/effort.ts';",
    'packages/core/test/alike.test.ts': "import { alike } from './alike.ts';",
    'packages/core/test/alike.ts': "import { isLong } from '../../../scripts/effort.ts';",
    'packages/core/test/plain.test.ts': "import { plain } from './plain.ts';",
    'packages/core/test/plain.ts': '',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const patterns = ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'];
  const searches = ['packages/core/test/deep/of-a-helper.test.ts', 'packages/core/test/searches.test.ts'];
  expect(searchingTests(root, patterns).sort()).toEqual(['packages/core/test/alike.test.ts', ...searches]);
  expect(searchingTests(root, patterns, ['packages/core/test/alike.ts']).sort()).toEqual(searches);
});
