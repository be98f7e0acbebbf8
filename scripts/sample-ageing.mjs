// Receivables by age at the end of each month, from a file of invoices alone: an invoice is open from its own date
// until the day before it is settled; it is late from the day after it is due. Prints, in cents,
//   day,not due,1-30,31-60,61-90,over 90
//   node scripts/sample-ageing.mjs FILE.csv
import { readFileSync } from "node:fs";

const DAY = 86_400_000;
const [, , file] = process.argv;
const [header, ...rows] = readFileSync(file, "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
const at = (name) => header.indexOf(name);
const day = (text) => {
  const [month, date, year] = text.split("/").map(Number);
  return Date.UTC(year, month - 1, date) / DAY;
};
const cents = (text) => {
  const [units, decimals = ""] = text.split(".");
  return Number(units) * 100 + Number(decimals.padEnd(2, "0"));
};
const invoices = rows.map((row) => ({
  from: day(row[at("InvoiceDate")]),
  due: day(row[at("DueDate")]),
  until: day(row[at("SettledDate")]),
  amount: cents(row[at("InvoiceAmount")]),
}));
const last = Math.max(...invoices.map((invoice) => invoice.until));
const first = new Date(Math.min(...invoices.map((invoice) => invoice.from)) * DAY);
for (let month = first.getUTCMonth() + 1; ; month += 1) {
  const end = Date.UTC(first.getUTCFullYear(), month, 0) / DAY;
  const ages = [0, 0, 0, 0, 0];
  for (const { from, due, until, amount } of invoices) {
    if (from > end || until <= end) continue;
    const late = end - due;
    ages[late <= 0 ? 0 : Math.min(Math.ceil(late / 30), 4)] += amount;
  }
  console.log([new Date(end * DAY).toISOString().slice(0, 10), ...ages].join(","));
  if (end > last) break;
}
