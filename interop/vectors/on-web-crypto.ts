/** Preloaded with --import: the engine takes WebCrypto, as it does in a browser or a worker, instead of node:crypto. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== '#crypto') return nextResolve(specifier, context);
    return nextResolve(new URL('crypto/web.js', new URL('./', coreOf(context.parentURL))).href, context);
  },
});

/** The engine’s folder, of one of its modules. */
function coreOf(url: string | undefined): string {
  return (url ?? '').replace(/\/dist\/.*$/, '/dist/index.js');
}
