import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';

import { EmptyState } from './EmptyState';

interface Props {
  /** Another one clears the failure: another page, or another thing to show. */
  of: string;
  /** What failed, as the title says it. */
  title: string;
  children: ReactNode;
}

/** Shows in place of what threw, or of what could not be loaded because the gateway is away or has a newer version. */
export class FailureBoundary extends Component<Props, { error: unknown; of: string }> {
  override state = { error: undefined, of: this.props.of };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('It could not be shown.') };
  }

  static getDerivedStateFromProps({ of }: Props, state: { of: string }) {
    return of === state.of ? null : { error: undefined, of };
  }

  override render() {
    const error: unknown = this.state.error;
    if (error === undefined) return this.props.children;
    return (
      <EmptyState
        icon={<IconAlertTriangle size={28} stroke={1.5} />}
        title={this.props.title}
        role="alert"
        action={<Button onClick={() => window.location.reload()}>Reload</Button>}
      >
        {error instanceof Error ? error.message : String(error)}. Reload the page; the statements that you wrote are kept.
      </EmptyState>
    );
  }
}
