/** What the log says of a store that takes nothing: once, and once when that is over. */
import type { Log } from '../log/log.ts';
import type { Store } from './store.ts';

/** Makes what gives the store’s fault, for whoever asks how the gateway is. */
export function watchStore(store: Pick<Store, 'fault'>, log: Log): () => string | undefined {
  let isUnwell = false;
  return () => {
    const reason = store.fault();
    if ((reason !== undefined) !== isUnwell) {
      isUnwell = !isUnwell;
      if (isUnwell) log.error({ reason }, 'the store takes nothing: /health and /ready say why');
      else log.info({}, 'the store takes what it is given again');
    }
    return reason;
  };
}
