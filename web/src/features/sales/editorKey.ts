import { useState } from "react";

interface Editor {
  current: string;
  /** The id under which the same editor goes on once its document is saved. */
  next: string | null;
  key: number;
}

/**
 * A key for the editor of `/things/:id`. Saving a new document changes the address and keeps the editor with
 * everything in it; going to another document makes a fresh one.
 */
export function useEditorKey(id: string): [string, (savedId: string) => void] {
  const [editor, setEditor] = useState<Editor>({ current: id, next: null, key: 0 });
  if (editor.current !== id) {
    const same = id === editor.next;
    setEditor({ current: id, next: null, key: same ? editor.key : editor.key + 1 });
  }
  const goesOnAs = (savedId: string) => setEditor((old) => ({ ...old, next: savedId }));
  return [String(editor.key), goesOnAs];
}
