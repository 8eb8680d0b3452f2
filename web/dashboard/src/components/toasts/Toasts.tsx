import { CloseButton } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { dismiss, shownToasts, subscribe, type Toast } from './toast';
import classes from './Toasts.module.css';

/** Milliseconds that a toast stays; what went wrong is read more slowly. */
const duration = { good: 4_000, neutral: 4_000, bad: 10_000 };

/** Where toasts appear. The region is always there: screen readers say what is put into it. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, shownToasts);
  return (
    <div className={classes.region} role="status" aria-label="Messages">
      {toasts.map((toast) => (
        <Item key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Item({ toast: { id, title, message, tone } }: { toast: Toast }) {
  // Who points at it or has the keyboard in it is reading it.
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), duration[tone]);
    return () => clearTimeout(timer);
  }, [id, tone, held]);
  return (
    <div
      className={classes.toast}
      data-tone={tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className={classes.text}>
        {title === undefined ? null : <strong className={classes.title}>{title}</strong>}
        {message}
      </div>
      <CloseButton size="sm" aria-label="Close the message" onClick={() => dismiss(id)} />
    </div>
  );
}
