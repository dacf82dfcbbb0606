export default {
  printWidth: 110,
  ignorePatterns: ["pnpm-lock.yaml", ".changeset/*.md", "LICENSE"],
};
