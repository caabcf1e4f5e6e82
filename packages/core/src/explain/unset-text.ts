/** What programs write where a variable has no value. */
export const UNSET_TEXT: RegExp = /^(?:undefined|null|none|nil|nan|true|false|\[object \w+\])$/i;
