import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut { readonly keys: string; readonly label: string; readonly act: () => void; readonly group?: string }

let live: readonly Shortcut[] = [];
const watchers = new Set<() => void>();
/** When g was pressed; the letter after it goes to a place. */
let pendingG = Number.NEGATIVE_INFINITY;

function change(next: readonly Shortcut[]): void {
  live = next;
  for (const watcher of watchers) watcher();
}

/** Single letters can be switched off (WCAG 2.1.4); Ctrl/⌘ K always works. */
export function lettersOn(): boolean {
  try {
    return localStorage.getItem("lw.letters") !== "off";
  } catch {
    return true;
  }
}

export function setLetters(on: boolean): void {
  localStorage.setItem("lw.letters", on ? "on" : "off");
}

/** Makes shortcuts live while the component is on screen; the newest wins. `keys`: a letter, "g l" (g, then l), "mod+k", "Enter", "Space". */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  const names = shortcuts.map((s) => `${s.keys}|${s.label}`).join();
  useEffect(() => {
    const mine = current.current.map((s, i) => ({ ...s, act: () => current.current[i]?.act() }));
    change([...mine, ...live]);
    return () => change(live.filter((s) => !mine.includes(s)));
  }, [names]);
}

/** The shortcuts live right now, for the overlay. */
export function useLiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore((watch) => {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }, () => live);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

/** Starts listening once for the page. */
export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
    const mod = event.ctrlKey || event.metaKey;
    const name = event.key === " " ? "Space" : event.key;
    if (mod) return fire(event, `mod+${name.toLowerCase()}`);
    if (event.altKey || typing(event.target) || !lettersOn()) return;
    const onControl = event.target instanceof HTMLElement && ["A", "BUTTON", "SUMMARY"].includes(event.target.tagName);
    if (onControl && (name === "Enter" || name === "Space")) return;
    const afterG = performance.now() - pendingG < 1200;
    pendingG = name === "g" && !afterG ? performance.now() : Number.NEGATIVE_INFINITY;
    if (pendingG > 0) return;
    fire(event, afterG ? `g ${name}` : name);
  });
}

function fire(event: KeyboardEvent, keys: string): void {
  const found = live.find((s) => s.keys === keys);
  if (found === undefined) return;
  event.preventDefault();
  found.act();
}
