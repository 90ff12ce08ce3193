import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The page and Linnet share one origin, so the session's cookie travels with `io(BASE_URL)` as it is. Where the page is
// on another origin, name it in FRONTEND_URL and connect with `withCredentials`.
const linnet = process.env.LINNET_URL ?? "http://127.0.0.1:3000";
const proxy = {
  "/api": { target: linnet },
  "/socket.io": { target: linnet, ws: true },
};

export default defineConfig({
  plugins: [react()],
  server: { host: "127.0.0.1", port: 5173, proxy },
  preview: { host: "127.0.0.1", port: 4173, proxy },
});
