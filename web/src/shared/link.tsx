import type { ComponentProps } from "react";
import { Link as Plain, NavLink } from "react-router";
import { useKept } from "./address";

/** A link within the application that keeps what is picked at the top. */
export function Link({ to, ...rest }: Omit<ComponentProps<typeof Plain>, "to"> & { to: string }) {
  const keep = useKept();
  return <Plain to={keep(to)} {...rest} />;
}

/** The same, marked as the current page where it is. */
export function SectionLink({ to, ...rest }: Omit<ComponentProps<typeof NavLink>, "to"> & { to: string }) {
  const keep = useKept();
  return <NavLink to={keep(to)} {...rest} />;
}
