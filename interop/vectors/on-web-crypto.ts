/** Preloaded with --import: the engine takes WebCrypto, as it does in a browser or a worker, instead of node:crypto. */
import { registerHooks } from 'node:module';

const WEB: Readonly<Record<string, string>> = {
  '#crypto': 'crypto/web.js',
  '#gunzip': 'crypto/web-gunzip.js',
  '#signatures': 'crypto/web-signatures.js',
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const file = WEB[specifier];
    if (file === undefined) return nextResolve(specifier, context);
    return nextResolve(new URL(file, new URL('./', coreOf(context.parentURL))).href, context);
  },
});

/** The engine’s folder, of one of its modules. */
function coreOf(url: string | undefined): string {
  return (url ?? '').replace(/\/dist\/.*$/, '/dist/index.js');
}
