/// <reference types="vite/client" />
declare module "*.json?apart" {
  const part: object;
  export default part;
}
declare module "@fontsource-variable/figtree/wght.css";
