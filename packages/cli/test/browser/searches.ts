/** Whether the tests that go through every view in a browser run now. They take minutes: a short run in CI leaves them to the long one. */
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { leaveOut, whyLeftOut } from './chromium.ts';

export const leaveOutSearches: boolean = leaveOut || !isLong;

/** For the name of a test: why it was left out. */
export const whySearchesLeftOut: string = leaveOut ? whyLeftOut : longReason;
