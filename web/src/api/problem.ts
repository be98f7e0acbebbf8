/** A refusal or fault as the server answers it (RFC 9457), or one made here when no answer came (`status` 0). */
export class Problem extends Error {
  readonly status: number;
  /** `<slice>.<reason>`; `network` when no answer came. */
  readonly code: string;
  /** What happened and what to do, in the caller's language; empty when no answer came. */
  readonly title: string;
  /** The input field it speaks of, as a path such as `lines[2].quantity`. */
  readonly field: string | undefined;
  /** The figures that the title names. */
  readonly params: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown) {
    const data = isRecord(body) ? body : {};
    const title = text(data.title) ?? "";
    super(title || `${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = text(data.code) ?? (status === 0 ? "network" : "unknown");
    this.title = title;
    this.field = text(data.field);
    this.params = isRecord(data.params) ? (data.params as Record<string, string>) : {};
  }

  /** Nobody knows whether the act was done: try again under the same key. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** Why this field was refused, if it was. */
  fieldTitle(path: string): string | undefined {
    return this.field === path ? this.title : undefined;
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, {});
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
