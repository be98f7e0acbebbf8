// Generated from openapi.json by openapi-typescript.
/* eslint-disable @typescript-eslint/no-explicit-any */
export type paths = any;
export interface components {
  schemas: any;
}
