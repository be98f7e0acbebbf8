/** A block copied from a spreadsheet: tab-separated, cells with line breaks or tabs in double quotes. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const closeCell = () => {
    row.push(cell.trim());
    cell = "";
  };
  const closeRow = () => {
    closeCell();
    rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === "\t") closeCell();
    else if (char === "\n") closeRow();
    else if (char !== "\r") cell += char;
  }
  if (cell !== "" || row.length > 0) closeRow();
  while (rows.length > 0 && (rows[rows.length - 1] ?? []).every((value) => value === "")) rows.pop();
  return rows;
}

/** Does pasted text hold more than one cell? */
export function isBlock(text: string): boolean {
  return /[\t\n]/.test(text.replace(/\r?\n$/, ""));
}

/** `lines[2].quantity` -> row 2, column `quantity`; null for any other path. */
export function linePath(path: string | null | undefined): { row: number; column: string } | null {
  const parts = /^lines(?:\[(\d+)\]|\.(\d+))(?:\.(\w+))?$/.exec(path ?? "");
  if (!parts) return null;
  return { row: Number(parts[1] ?? parts[2]), column: parts[3] ?? "" };
}
