import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app";
import { unreachable } from "./shared/api";
import "./shared/page.css";
import { paint } from "./shared/theme";
import { speak, wanted } from "./shared/words";

const client = new QueryClient({
  defaultOptions: { queries: { retry: (times, error) => times < 2 && unreachable(error), staleTime: 10_000, networkMode: "always", refetchOnReconnect: "always" },
    mutations: { networkMode: "always" } },
});

paint();
void speak(wanted()).then(() =>
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
