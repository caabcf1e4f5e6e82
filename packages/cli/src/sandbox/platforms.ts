/** The platforms that `countersign sandbox` simulates. */
import { flowent } from './flowent.ts';
import { incode } from './incode.ts';
import type { Platform } from './platform.ts';
import { site } from './site.ts';

export const PLATFORMS: readonly Platform[] = [flowent, site, incode];
