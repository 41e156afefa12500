import { describe, expect, it } from "vitest";
import { command, type Pressed } from "./logic";

const free = { onBoard: true, typing: false, letters: true };
const press = (key: string, code: string, more: Partial<Pressed> = {}): Pressed => ({
  key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
});

describe("command", () => {
  it("knows letters in both layouts", () => {
    expect(command(press("n", "KeyN"), free)).toBe("new");
    expect(command(press("т", "KeyN"), free)).toBe("new");
    expect(command(press("Ь", "KeyM", { shiftKey: true }), free)).toBe("move");
    expect(command(press("с", "KeyC"), free)).toBe("comment");
    expect(command(press("д", "KeyL"), free)).toBe("live");
    expect(command(press("п", "KeyG"), free)).toBe("hypotheses");
  });
  it("follows the letter where the layout is Latin but other", () => {
    expect(command(press("m", "Semicolon"), free)).toBe("move");
    expect(command(press("q", "KeyA"), free)).toBeUndefined();
  });
  it("is silent while somebody types, and for letters that are switched off", () => {
    expect(command(press("n", "KeyN"), { ...free, typing: true })).toBeUndefined();
    expect(command(press("z", "KeyZ", { ctrlKey: true }), { ...free, typing: true })).toBeUndefined();
    expect(command(press("n", "KeyN"), { ...free, letters: false })).toBeUndefined();
    expect(command(press("ArrowUp", "ArrowUp"), { ...free, letters: false })).toEqual({ go: "ArrowUp" });
  });
  it("takes cards only where the focus is on the board", () => {
    const away = { ...free, onBoard: false };
    for (const key of ["n", "m", "c"]) expect(command(press(key, `Key${key.toUpperCase()}`), away)).toBeUndefined();
    expect(command(press("Delete", "Delete"), away)).toBeUndefined();
    expect(command(press("ArrowUp", "ArrowUp"), away)).toBeUndefined();
    expect(command(press("l", "KeyL"), away)).toBe("live");
    expect(command(press("Escape", "Escape"), away)).toBe("close");
  });
  it("undoes and redoes in both layouts", () => {
    expect(command(press("z", "KeyZ", { ctrlKey: true }), free)).toBe("undo");
    expect(command(press("я", "KeyZ", { ctrlKey: true }), free)).toBe("undo");
    expect(command(press("Я", "KeyZ", { metaKey: true, shiftKey: true }), free)).toBe("redo");
    expect(command(press("н", "KeyY", { ctrlKey: true }), free)).toBe("redo");
    expect(command(press("n", "KeyN", { ctrlKey: true }), free)).toBeUndefined();
  });
  it("moves by Alt and arrows", () => {
    expect(command(press("ArrowLeft", "ArrowLeft", { altKey: true }), free)).toEqual({ shift: "ArrowLeft" });
    expect(command(press("n", "KeyN", { altKey: true }), free)).toBeUndefined();
  });
  it("zooms, shows layers and helps", () => {
    expect(command(press("+", "Equal", { shiftKey: true }), free)).toBe("larger");
    expect(command(press("-", "Minus"), free)).toBe("smaller");
    expect(command(press("0", "Digit0"), free)).toBe("fit");
    expect(command(press("2", "Numpad2"), free)).toBe("future");
    expect(command(press("?", "Slash", { shiftKey: true }), free)).toBe("help");
    expect(command(press(",", "Slash", { shiftKey: true }), free)).toBe("help");
    expect(command(press("!", "Digit1", { shiftKey: true }), free)).toBeUndefined();
  });
});
