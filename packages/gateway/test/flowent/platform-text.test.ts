import fc from 'fast-check';
import { expect, it } from 'vitest';
import { platformText } from '../../src/flowent/platform-text.ts';

it('leaves a sentence whole where the secret is a few letters', () => {
  expect(platformText('unauthorized: the API token is not known', ['t', 'token'])).toBe(
    'unauthorized: the API token is not known',
  );
});

it('holds no secret of six letters and more, wherever it stands', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{6,40}$/);
  const around = fc.string({ maxLength: 400 });
  fc.assert(
    fc.property(secret, around, around, (hidden, before, after) => {
      fc.pre(!'[secret]'.includes(hidden) && !before.includes(hidden) && !after.includes(hidden));
      expect(platformText(before + hidden + after, [hidden])).not.toContain(hidden);
    }),
  );
});
