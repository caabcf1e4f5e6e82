/** Serves on Deno's own server; the port is the first line of standard output. */
import { createApplication } from '../suites/application.ts';

interface DenoRuntime {
  serve(
    options: {
      readonly port: number;
      readonly hostname: string;
      readonly onListen: (address: { readonly port: number }) => void;
    },
    handler: (request: Request) => Promise<Response>,
  ): unknown;
}

const { Deno } = globalThis as unknown as { readonly Deno: DenoRuntime };
Deno.serve(
  { port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(port) },
  createApplication(),
);
