/** The folder of the console's built files, for a server that hands them out. */
export declare const CONSOLE_FOLDER: URL;
