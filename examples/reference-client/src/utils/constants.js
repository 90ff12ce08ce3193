// The page's own origin: see vite.config.js.
export const BASE_URL = "/";
export const API_URL = "/api/v1";
