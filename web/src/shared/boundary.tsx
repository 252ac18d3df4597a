import { Button } from "antd";
import { Component, type ReactNode } from "react";
import i18next from "i18next";
import { Failed, Notice } from "./states";

/** How browsers say that a part of the application could not be fetched. */
const LOST = /dynamically imported module|importing a module script|preload css/i;

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
    const reload = <Button onClick={() => location.reload()}>{i18next.t("state.reload")}</Button>;
    if (LOST.test(String(this.state.error))) {
      return (
        <Notice kind="error" role="alert" action={reload}>
          {i18next.t("state.lost")}
        </Notice>
      );
    }
    return (
      <>
        <Failed error={this.state.error} />
        {reload}
      </>
    );
  }
}
