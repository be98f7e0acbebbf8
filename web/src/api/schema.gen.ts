// Generated from openapi.json by openapi-typescript.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = any;
