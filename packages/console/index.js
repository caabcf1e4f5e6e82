/** The folder of the console's built files, for a server that hands them out. */
export const CONSOLE_FOLDER = new URL('./dist/', import.meta.url);
