/** The rows of the options of a shared token. */
import { HEADER_NAME, type OptionRow, words } from '../option-row.ts';
import { TOKEN_FORMS } from './shared-token.ts';

export const SHARED_TOKEN_ROWS: readonly OptionRow[] = [
  {
    name: 'form',
    description: 'bearer, basic (the key is USER:PASSWORD) or plain',
    value: words(...TOKEN_FORMS),
    default: 'bearer, or plain where a header is named',
  },
  {
    name: 'header',
    description: 'the header that carries it',
    value: HEADER_NAME,
    default: 'authorization',
  },
];
