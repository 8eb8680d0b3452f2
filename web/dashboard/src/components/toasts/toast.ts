/** A short word about what just happened, which goes away by itself. */
export interface Toast {
  id: number;
  title?: string;
  message: string;
  tone: 'good' | 'bad' | 'neutral';
}

const most = 3;

let toasts: readonly Toast[] = [];
let next = 0;
const listeners = new Set<() => void>();

export function toast(message: string, { tone = 'good', title }: { tone?: Toast['tone']; title?: string } = {}): void {
  next += 1;
  change([...toasts, { id: next, message, tone, ...(title === undefined ? {} : { title }) }].slice(-most));
}

export function dismiss(id: number): void {
  change(toasts.filter((shown) => shown.id !== id));
}

export function shownToasts(): readonly Toast[] {
  return toasts;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function change(now: readonly Toast[]): void {
  toasts = now;
  for (const listener of listeners) listener();
}
