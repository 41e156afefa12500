import { describe, expect, it, test } from "vitest";
import { landed, Line, patience, type Change, type Found, type Outcome, type State } from "./logic";

type Item = Change;

/** A server that answers as it is told, one answer a call. */
function line(answers: Outcome<string>[], found: Found<string>[] = []) {
  const sent: Record<string, string>[] = [];
  const told: string[] = [];
  const states: State[] = [];
  const made = new Line<Item, string>({
    send: (item) => {
      sent.push({ ...item.fields });
      return Promise.resolve(answers.shift() ?? { kind: "done", answer: "" });
    },
    find: () => Promise.resolve(found.shift() ?? { kind: "absent" }),
    pause: () => Promise.resolve(),
    done: (item, answer) => told.push(`done ${item.fields["do"]} ${answer}`.trim()),
    refused: (item, text) => told.push(`refused ${item.fields["do"]} ${text}`),
    told: (state) => states.push(state),
  });
  return { made, sent, told, states };
}

const add: () => Item = () => ({ fields: { do: "add", text: "A" }, makes: "new-1" });
const move: () => Item = () => ({ fields: { do: "move", card: "new-1" } });

describe("Line", () => {
  it("sends in order", async () => {
    const { made, told } = line([]);
    made.add({ fields: { do: "move" } });
    made.add({ fields: { do: "edit" } });
    await made.idle();
    expect(told).toEqual(["done move", "done edit"]);
    expect(made.items).toEqual([]);
  });
  it("calls a new card by its number as soon as it has one", async () => {
    const { made, sent } = line([{ kind: "done", answer: "", made: "77" }]);
    made.add(add());
    made.add(move());
    await made.idle();
    expect(sent[1]).toEqual({ do: "move", card: "77" });
  });
  it("waits without a network and does not send what has arrived", async () => {
    const { made, sent, told, states } = line([{ kind: "lost" }], [{ kind: "lost" }, { kind: "arrived", answer: "found", made: "77" }]);
    made.add(add());
    made.add(move());
    await made.idle();
    expect(sent.map((each) => each["do"])).toEqual(["add", "move"]);
    expect(sent[1]?.["card"]).toBe("77");
    expect(told).toEqual(["done add found", "done move"]);
    expect(states.some((state) => state.isOffline && state.waiting === 2)).toBe(true);
    expect(states[states.length - 1]).toEqual({ waiting: 0, isOffline: false });
  });
  it("sends again what has not arrived", async () => {
    const { made, sent } = line([{ kind: "lost" }], [{ kind: "absent" }]);
    made.add(add());
    await made.idle();
    expect(sent).toHaveLength(2);
  });
  it("drops what was refused, and what spoke of the card that was not made", async () => {
    const { made, told, sent } = line([{ kind: "refused", text: "no", status: 400 }]);
    made.add(add());
    made.add(move());
    made.add({ fields: { do: "edit", card: "5" } });
    await made.idle();
    expect(told).toEqual(["refused add no", "done edit"]);
    expect(sent.map((each) => each["do"])).toEqual(["add", "edit"]);
  });
  it("takes back what waits, not what is on its way", async () => {
    const { made, sent } = line([]);
    const [first, second] = [move(), add()];
    made.add(first);
    made.add(second);
    expect(made.cancel(first)).toBe(false);
    expect(made.cancel(second)).toBe(true);
    await made.idle();
    expect(sent).toHaveLength(1);
  });
});

test("patience grows and has an end", () => {
  expect([1, 2, 3, 9].map(patience)).toEqual([1, 2, 4, 5]);
});

describe("landed", () => {
  const cells = { "pain|s1": [{ card: "1", text: "A" }, { card: "2", text: "B" }] };
  it("knows a new card by its text and by not having been there", () => {
    const fields = { do: "add", lane: "pain", column: "s1", text: "B " };
    expect(landed(fields, cells, new Set(["1"]))).toBe("2");
    expect(landed(fields, cells, new Set(["1", "2"]))).toBe("");
    expect(landed({ ...fields, column: "s2" }, cells, new Set())).toBe("");
  });
  it("knows a moved card by where it is, a removed one by where it is not", () => {
    expect(landed({ do: "move", card: "1", lane: "pain", column: "s1" }, cells, new Set())).toBe("1");
    expect(landed({ do: "move", card: "1", lane: "pain", column: "s2" }, cells, new Set())).toBe("");
    expect(landed({ do: "remove", card: "3" }, cells, new Set())).toBe("3");
    expect(landed({ do: "remove", card: "1" }, cells, new Set())).toBe("");
    expect(landed({ do: "remove", card: "3" }, {}, new Set())).toBe("");
  });
});
