// Compares what scripts/sample-import exported with the sample itself. Sums are integers (pence), never floats.
//   node scripts/sample-compare.mjs EXPECTED.json FOLDER
import { readFileSync } from "node:fs";

const [expectedFile, folder] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const text = (name) => readFileSync(`${folder}/${name}`, "utf8");
const failures = [];
const same = (what, found, wanted) => {
  if (String(found) !== String(wanted)) failures.push(`${what}: ${found}, expected ${wanted}`);
};

/** Rows of a CSV as objects; quotes as RFC 4180 has them. */
function rows(csv) {
  const all = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    const sign = csv[at];
    if (quoted) {
      if (sign === '"' && csv[at + 1] === '"') {
        cell += '"';
        at++;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"') quoted = true;
    else if (sign === "," || sign === "\n") {
      row.push(cell.replace(/\r$/, ""));
      cell = "";
      if (sign === "\n") {
        all.push(row);
        row = [];
      }
    } else cell += sign;
  }
  const [header, ...body] = all;
  return body.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at]])));
}

/** A decimal as an integer of `digits` digits after the point. */
function scaled(decimal, digits) {
  const negative = decimal.startsWith("-");
  const [units, fraction = ""] = decimal.replace(/^[-+]/, "").split(".");
  if (/[1-9]/.test(fraction.slice(digits))) throw new Error(`${decimal} is finer than ${digits} digits`);
  const value = BigInt(units + fraction.slice(0, digits).padEnd(digits, "0"));
  return negative ? -value : value;
}
/** Thousandths of a penny to pennies, half away from zero. */
function rounded(value) {
  const magnitude = value < 0n ? -value : value;
  const pence = (magnitude + 500n) / 1000n;
  return value < 0n ? -pence : pence;
}
const pounds = (pence) => `${pence < 0n ? "-" : ""}${(pence < 0n ? -pence : pence) / 100n}.${String((pence < 0n ? -pence : pence) % 100n).padStart(2, "0")}`;

const CASH = "Cash-sales";
const sums = new Map();
const exact = new Map();
const documents = new Set();
const lines = rows(text("sales.csv"));
for (const line of lines) {
  const customer = line.CustomerID || CASH;
  // quantity × price has at most three digits: five digits in all are thousandths of a penny.
  const amount = scaled(line.Quantity, 0) * scaled(line.UnitPrice, 5);
  sums.set(customer, (sums.get(customer) ?? 0n) + rounded(amount));
  exact.set(customer, (exact.get(customer) ?? 0n) + amount);
  documents.add(line.InvoiceNo);
}
same("lines of the sample", lines.length, expected.lines);
same("documents of the sample", documents.size, expected.documents);
for (const [customer, figures] of Object.entries(expected.per_customer)) {
  same(`exact sum of ${customer}`, exact.get(customer), scaled(figures[4], 5));
}

const balances = new Map(rows(text("balances.csv")).map((row) => [row.customer, row]));
same("customers", balances.size, sums.size);
const closings = new Map();
let statementLines = 0;
for (const row of rows(text("statements.csv"))) {
  closings.set(row.customer, row.closing);
  statementLines += Number(row.lines);
}
same("entries on statements", statementLines, expected.documents);
let net = 0n;
for (const [customer, pence] of sums) {
  net += pence;
  const wanted = pounds(pence);
  same(`balance of ${customer}`, balances.get(customer)?.balance, wanted);
  same(`last closing of ${customer}`, closings.get(customer), wanted);
}

if (!text("again.txt").includes("nothing to do")) failures.push("a second import of the file found something to do");
const open = /^in the open period: (\d+) documents, (\S+) GBP$/m.exec(text("run-DAY25.txt"));
same("documents in the open period", open?.[1], "413");
same("amount in the open period", open?.[2], "154127.20");

if (failures.length > 0) {
  console.error(failures.slice(0, 20).join("\n"));
  console.error(`sample: ${failures.length} figures differ`);
  process.exit(1);
}
console.log(
  `sample: ${lines.length} lines, ${documents.size} documents, ${sums.size} customers, net ${pounds(net)}: ` +
    "every balance and last closing is the sum of its rounded lines",
);
