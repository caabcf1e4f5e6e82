/** The file of the admin API’s OpenAPI document, for a server that hands it out. */
export declare const OPENAPI_FILE: URL;
