/** A way out that a refusal offers, such as "register a receipt". */
export interface ProblemAction {
  code: string;
  /** Already in the caller's language. */
  title?: string;
  params?: Record<string, unknown>;
}

/** One refused field, as `application/problem+json` carries it. */
export interface FieldProblem {
  field: string;
  code: string;
  title: string;
}

/** A refusal or fault as the server answers it, or one made here when no answer came (`status` 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly field: string | undefined;
  readonly params: Record<string, unknown>;
  readonly actions: ProblemAction[];
  readonly fields: FieldProblem[];
  readonly id: string | undefined;

  constructor(status: number, body: unknown) {
    const data = isRecord(body) ? body : {};
    const title = text(data.title) ?? "";
    super(title || `${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = text(data.code) ?? (status === 0 ? "network" : "unknown");
    this.title = title;
    this.detail = text(data.detail);
    this.field = text(data.field);
    this.params = isRecord(data.params) ? data.params : {};
    this.id = text(data.id) ?? text(data.instance);
    this.actions = list(data.actions).flatMap((item) => {
      if (typeof item === "string") return [{ code: item }];
      const code = isRecord(item) ? (text(item.code) ?? text(item.action)) : undefined;
      if (!isRecord(item) || !code) return [];
      return [{ code, title: text(item.title), params: isRecord(item.params) ? item.params : undefined }];
    });
    this.fields = list(data.errors).flatMap((item) => {
      const field = isRecord(item) ? text(item.field) : undefined;
      if (!isRecord(item) || !field) return [];
      return [{ field, code: text(item.code) ?? "", title: text(item.title) ?? "" }];
    });
    if (this.field && this.fields.length === 0) {
      this.fields.push({ field: this.field, code: this.code, title: this.detail ?? this.title });
    }
  }

  /** Nobody knows whether the act was done: try again under the same key. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  fieldTitle(path: string): string | undefined {
    return this.fields.find((item) => item.field === path)?.title;
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
function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
