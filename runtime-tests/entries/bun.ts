/** Serves on Bun's own server; the port is the first line of standard output. */
import { createApplication } from '../suites/application.ts';

interface BunRuntime {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    readonly fetch: (request: Request) => Promise<Response>;
  }): { readonly port: number };
}

const { Bun } = globalThis as unknown as { readonly Bun: BunRuntime };
console.log(Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: createApplication() }).port);
