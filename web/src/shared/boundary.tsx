import { Button } from "antd";
import { Component, type ReactNode } from "react";
import i18next from "i18next";
import { Failed } from "./states";

/** A page that breaks says so in its place; the frame and the other pages stay. */
export class Boundary extends Component<{ children: ReactNode; of?: string }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: { of?: string }) {
    if (before.of !== this.props.of && this.state.error) this.setState({ error: null });
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <>
        <Failed error={this.state.error} />
        <Button onClick={() => location.reload()}>{i18next.t("state.reload")}</Button>
      </>
    );
  }
}
