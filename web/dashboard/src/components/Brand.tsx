import { Link } from 'react-router';

import classes from './Brand.module.css';

/** Two sources, and what they have in common. */
export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden>
        <rect className={classes.first} x="2" y="2" width="14" height="14" rx="3.5" />
        <rect className={classes.second} x="8" y="8" width="14" height="14" rx="3.5" />
        <path className={classes.joined} d="M11.5 8H16v4.5A3.5 3.5 0 0 1 12.5 16H8v-4.5A3.5 3.5 0 0 1 11.5 8Z" />
      </svg>
      Data Sources
    </Link>
  );
}
