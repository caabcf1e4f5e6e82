/** The platforms that `countersign sandbox` simulates, by the name that chooses one. */
import { runFlowent } from './flowent.ts';
import { runIncode } from './incode.ts';
import type { PlatformSettings, RunningPlatform } from './platform.ts';
import { runSite } from './site.ts';

export const PLATFORMS: Readonly<Record<string, (settings: PlatformSettings) => Promise<RunningPlatform>>> = {
  flowent: runFlowent,
  site: runSite,
  incode: runIncode,
};
