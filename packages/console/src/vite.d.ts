/** What the bundler makes of imports that are no modules. */
declare module '*.css';
declare module '*.svg?url' {
  const address: string;

  // biome-ignore lint/style/noDefaultExport: the bundler’s
  export { address as default };
}
