import { expect, it } from "vitest";
import { listHref, listRequest, readListState } from "./listState";

it("reads q, filters and sort from an address", () => {
  const state = readListState(new URLSearchParams("q=ab&f.active=1&sort=-name&open=7"), "code");
  expect(state).toEqual({ q: "ab", filter: { active: "1" }, sort: "-name" });
  expect(readListState(new URLSearchParams(""), "code").sort).toBe("code");
});

it("writes the request of the API", () => {
  expect(listRequest({ q: "x", filter: { active: "1", none: "" }, sort: "-name" }, "cur", 50)).toEqual({
    q: "x",
    filter: { active: "1" },
    sort: "-name",
    after: "cur",
    limit: 50,
  });
});

it("links to a filtered list", () => {
  expect(listHref("/statements", { filter: { state: "issued" }, sort: "-due" })).toBe(
    "/statements?sort=-due&f.state=issued",
  );
  expect(listHref("/x", {})).toBe("/x");
});
