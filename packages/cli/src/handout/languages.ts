/** The languages that a page has a program in, in its order. */
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import type { Language } from './language.ts';
import { openssl } from './openssl.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';

export const LANGUAGES: readonly Language[] = [openssl, python, php, go, ruby, javascript];
