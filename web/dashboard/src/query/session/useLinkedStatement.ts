import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';

import { statementOf } from './link';
import type { QuerySession } from './session';

/** A link to a statement opens it and runs nothing: who made the link is not known. */
export function useLinkedStatement({ open }: QuerySession): void {
  const { hash } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    const statement = statementOf(hash);
    if (statement === undefined) return;
    open(statement, 'link');
    // Out of the address bar: what is written from here on is another statement.
    void navigate({ pathname: '/', hash: '' }, { replace: true });
  }, [hash, navigate, open]);
}
