/** How a machine’s clock is set. */
import { type Example, FRAMEWORKS } from './example.ts';

export const CLOCK: readonly Example[] = [
  {
    frameworks: FRAMEWORKS,
    topics: ['clock'],
    language: 'text',
    code: `timedatectl set-ntp true
timedatectl timesync-status`,
    note: 'Of the machine, not of the container; under WSL: hwclock --hctosys after it slept.',
    notRun: 'it sets the machine’s clock',
  },
];
