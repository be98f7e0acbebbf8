// A running program with books of its own, on either database, for as long as a test needs it.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export type Database = "sqlite" | "postgres";

const run = promisify(execFile);
const program =
  process.env["SETTLEBOOK_BIN"] ??
  join(process.env["CARGO_TARGET_DIR"] ?? join(import.meta.dirname, "../../target"), "debug/settlebook");

export class Books {
  private constructor(
    readonly folder: string,
    private readonly place: string[],
    private readonly dropped: (() => Promise<void>) | undefined,
    private server: ChildProcess | undefined,
    public address: string,
  ) {}

  // Starts `settlebook serve` (or `demo`) on a port of the kernel's choice and reads its address.
  static async open(database: Database, command: string[] = ["serve"]): Promise<Books> {
    const folder = await mkdtemp(join(tmpdir(), "settlebook-e2e-"));
    const made = database === "sqlite" ? undefined : await newDatabase();
    const place = made === undefined ? ["--data", folder] : ["--data", folder, "--database", made.url];
    const books = new Books(folder, place, made?.drop, undefined, "");
    await books.start(command);
    return books;
  }

  private async start(command: string[]): Promise<void> {
    const server = spawn(program, [...command, ...this.place, "--listen", "127.0.0.1:0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.server = server;
    const lines = createInterface({ input: server.stdout });
    this.address = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      server.once("error", reject);
      server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it said its address`)));
    });
  }

  // Runs another command of the program on the same books: its exit code and what it printed.
  async command(...words: string[]): Promise<{ code: number; out: string }> {
    try {
      const { stdout } = await run(program, [...words, ...this.place]);
      return { code: 0, out: stdout };
    } catch (failure) {
      const { code, stdout, stderr } = failure as { code?: number; stdout?: string; stderr?: string };
      return { code: code ?? -1, out: `${stdout ?? ""}${stderr ?? ""}` };
    }
  }

  async close(): Promise<void> {
    const server = this.server;
    if (server !== undefined && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    }
    await this.dropped?.();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function newDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = process.env["SETTLEBOOK_TEST_POSTGRES"];
  if (admin === undefined) throw new Error("SETTLEBOOK_TEST_POSTGRES is not set: run e2e/run");
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  await run("psql", ["--quiet", "--no-psqlrc", "--dbname", admin, "--command", `CREATE DATABASE ${name}`]);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    const sql = `DROP DATABASE ${name} WITH (FORCE)`;
    await run("psql", ["--quiet", "--no-psqlrc", "--dbname", admin, "--command", sql]);
  };
  return { url: url.toString(), drop };
}
