import { describe, expect, it } from "vitest";
import type { NamedBody } from "./api";
import { requestOf, type Draft } from "./writeOff";

const item = (entry_id: string, open: string) => ({ entry_id, open });
const account = {
  account_id: "7",
  currency: "CNY",
  debits: [item("1", "100.00"), item("2", "50.00")],
  credits: [item("9", "30.00")],
} as never;
const draft: Draft = {
  paper: "receipt",
  reason_code: "rebate",
  purpose: "deposit",
  instrument: { no: "", drawer: "", due_date: "" },
  date: "2026-11-21",
  method: "bank",
  amount: "120",
  reference: " x ",
  remark: "",
  mode: "oldest",
  items: {},
  credits: [],
  discount: "due",
  leaveDifferences: false,
  note: "",
};

describe("what is asked of the server", () => {
  it("asks nothing without money", () => {
    expect(requestOf({ ...draft, amount: " " }, "5", account, [])).toBeNull();
  });

  it("enters an expense note with its reason instead", () => {
    const request = requestOf({ ...draft, paper: "expense", remark: " june " }, "5", account, []);
    const body = { kind: "expense", reason_code: "rebate", note: "june", amount: "120", mode: "oldest" };
    expect(request).toMatchObject({ kind: "expense", body });
    expect(request?.body).not.toHaveProperty("method");
  });

  it("names the bill behind the money, and holds a deposit apart", () => {
    const instrument = { no: " B-1 ", drawer: "", due_date: "2027-02-21" };
    const bill = requestOf({ ...draft, method: "acceptance_bill", instrument }, "5", account, []);
    expect(bill?.body).toMatchObject({ instrument: { no: "B-1", due_date: "2027-02-21" } });
    const deposit = requestOf({ ...draft, paper: "deposit", credits: ["9"] }, "5", account, []);
    expect(deposit?.body).toMatchObject({ purpose: "deposit", mode: "none", credits: [] });
  });

  it("records new money, oldest first", () => {
    const request = requestOf(draft, "5", account, []);
    expect(request).toMatchObject({
      kind: "receipt",
      body: { customer_id: "5", amount: "120", reference: "x", mode: "oldest", items: [], credits: [] },
    });
  });

  it("names chosen items with what was seen", () => {
    const request = requestOf({ ...draft, mode: "items", items: { "2": "20", "1": "" } }, "5", account, []);
    expect(request?.body.items).toEqual([
      { entry_id: "1", expected_open: "100.00" },
      { entry_id: "2", expected_open: "50.00", amount: "20" },
    ]);
  });

  it("takes the statement's open lines on both sides, each once", () => {
    const both = { ...draft, mode: "statement" as const };
    expect(requestOf(both, "5", account, ["2", "9", "77"])?.body.items?.map((one: NamedBody) => one.entry_id)).toEqual(["2", "9"]);
    const named = requestOf({ ...both, credits: ["9"] }, "5", account, ["2", "9"]);
    expect(named?.body.items?.map((one: NamedBody) => one.entry_id)).toEqual(["2"]);
    expect(named?.body.credits).toEqual([{ entry_id: "9", expected_open: "30.00" }]);
  });

  it("uses money on account alone", () => {
    const request = requestOf({ ...draft, amount: "", credits: ["9"] }, "5", account, []);
    expect(request).toMatchObject({ kind: "allocation", accountId: "7", body: { mode: "oldest" } });
    expect(requestOf({ ...draft, amount: "", credits: ["9"], mode: "none" }, "5", account, [])).toBeNull();
  });
});
