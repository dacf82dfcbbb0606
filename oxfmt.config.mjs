export { default } from "./tooling/format/oxfmt.mjs";
