import { useState } from 'react';

import { formatCount } from '../../../format/count';
import { ExactNumber, type Json } from './json';
import classes from './JsonTree.module.css';

/** More members of one value are shown on request. */
const most = 200;

/** A JSON value that unfolds level by level. What is folded is not in the document. */
export function JsonTree({ value }: { value: Json }) {
  return (
    <div className={classes.tree}>
      <Node value={value} depth={0} />
    </div>
  );
}

function Node({ name, value, depth }: { name?: string; value: Json; depth: number }) {
  const [open, setOpen] = useState(depth < 3);
  const [all, setAll] = useState(false);
  const label = name === undefined ? null : <span className={classes.name}>{name}: </span>;
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) {
    return (
      <div className={classes.leaf}>
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  const count = isArray ? formatCount(members.length, 'element') : formatCount(members.length, 'member');
  if (members.length === 0) {
    return (
      <div className={classes.leaf}>
        {label}
        {isArray ? '[]' : '{}'}
      </div>
    );
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span className={classes.count}>{isArray ? `[ ${count} ]` : `{ ${count} }`}</span>
      </summary>
      {open ? (
        <div className={classes.members}>
          {members.slice(0, all ? undefined : most).map(([key, member]) => (
            <Node key={key} name={key} value={member} depth={depth + 1} />
          ))}
          {!all && members.length > most ? (
            <button type="button" className={classes.more} onClick={() => setAll(true)}>
              {formatCount(members.length - most, 'more', 'more')}
            </button>
          ) : null}
        </div>
      ) : null}
    </details>
  );
}

function Leaf({ value }: { value: null | boolean | string | ExactNumber }) {
  if (value instanceof ExactNumber) return <span data-kind="number">{value.text}</span>;
  if (typeof value === 'string') return <span data-kind="string">{JSON.stringify(value)}</span>;
  return <span data-kind="literal">{String(value)}</span>;
}
