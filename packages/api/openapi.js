/** The file of the admin API’s OpenAPI document, for a server that hands it out. */
export const OPENAPI_FILE = new URL('./openapi.json', import.meta.url);
