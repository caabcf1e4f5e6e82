/** Whether an item of the live stream changes an issue. */
import type { LiveItem } from '../live/live-store.ts';

export function isFailure(item: LiveItem): boolean {
  if ('lost' in item || 'issue' in item) return true;
  if ('delivery' in item) return item.delivery.code !== 'delivered';
  return 'verdict' in item && item.verdict === 'refused';
}
