/** One statement being written. */
export interface QueryTab {
  id: string;
  /** Undefined until the first visit has decided what it starts with. */
  text: string | undefined;
  /** It came by a link, and nothing of it has run yet. */
  linked?: boolean;
}

export interface OpenTabs {
  tabs: readonly QueryTab[];
  activeId: string;
}

/** From here on only a link or the history opens another one. */
export const mostTabs = 12;

const key = 'data-sources.statements';

export function newTab(text?: string): QueryTab {
  return { id: crypto.randomUUID?.() ?? String(Math.random()), text };
}

/** What was open when the page was left: in this window, or else in the one that was used last. */
export function loadTabs(): OpenTabs {
  return read(() => sessionStorage) ?? read(() => localStorage) ?? firstTab();
}

export function saveTabs(open: OpenTabs): void {
  const text = JSON.stringify(open);
  // Another window writes to localStorage too: a reload finds its own in sessionStorage.
  for (const storage of [() => sessionStorage, () => localStorage]) {
    try {
      storage().setItem(key, text);
    } catch {
      // Storage may be refused or full: the statements then last as long as the page.
    }
  }
}

function read(storage: () => Storage): OpenTabs | undefined {
  try {
    const { tabs, activeId } = JSON.parse(storage().getItem(key) ?? '{}') as Partial<OpenTabs>;
    const usable = (tabs ?? []).filter((tab) => typeof tab?.id === 'string' && typeof tab.text === 'string');
    const [first] = usable;
    if (first === undefined) return undefined;
    return { tabs: usable, activeId: usable.some(({ id }) => id === activeId) ? String(activeId) : first.id };
  } catch {
    return undefined;
  }
}

function firstTab(): OpenTabs {
  const tab = newTab();
  return { tabs: [tab], activeId: tab.id };
}

/** A name for a statement: its leading comment, or the first table that it reads. */
export function titleOf({ text = '' }: QueryTab, index: number): string {
  const comment = /^\s*--[ \t]*(\S.*)$/m.exec(text);
  if (comment?.index === 0 && comment[1] !== undefined) return comment[1];
  const table = /\bfrom\s+((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))*)/i.exec(text);
  return table?.[1]?.replaceAll(/["\s]/g, '') ?? `Query ${index + 1}`;
}
