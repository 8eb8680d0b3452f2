import type { KeyboardEvent, PointerEvent } from 'react';

import classes from './Splitter.module.css';
import { shareLimits } from './useEditorShare';

interface Props {
  share: number;
  onChange: (share: number) => void;
}

/** Divides the height between editor and results; by pointer or with the arrow keys. */
export function Splitter({ share, onChange }: Props) {
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const parent = event.currentTarget.parentElement;
    if (parent === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { top, height } = parent.getBoundingClientRect();
    onChange((event.clientY - top) / height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? -0.05 : event.key === 'ArrowDown' ? 0.05 : 0;
    if (step === 0) return;
    event.preventDefault();
    onChange(share + step);
  };
  return (
    <div
      className={classes.splitter}
      role="separator"
      aria-label="Height of the editor"
      aria-orientation="horizontal"
      aria-valuemin={shareLimits.min * 100}
      aria-valuemax={shareLimits.max * 100}
      aria-valuenow={Math.round(share * 100)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
